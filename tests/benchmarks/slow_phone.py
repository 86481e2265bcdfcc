"""How the main pages load on a slow phone: Chromium with a processor four times slower, at 400 kbit/s and 400 ms there and back,
and on the slow 4G of ui.md 3.7 (as Lighthouse has it: 1.6 Mbit/s, 150 ms).

    uv run manage.py demo                                        # in another terminal
    uv run python -m tests.benchmarks.slow_phone [address]       # http://localhost:8000 unless given

For each page, cold, the median of three views: requests, kilobytes over the wire, first and largest paint (ms), layout shift,
and how long the page takes to answer a tap (the slowest of opening the menu and a fold). ui.md 3.7 wants no more than 9 requests,
85 kB for an issue and 70 kB for the others, layout shift 0.05; on slow 4G the largest paint within 1,800 ms, an answer to a tap
within 100.
"""

import re
import shutil
import sys
from statistics import median
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

LINES = {"400 kbit/s": (400_000, 400), "slow 4G": (1_600_000, 150)}
VIEWS = 3
WATCH = """
window.seen = {paint: 0, shift: 0, tap: 0};
new PerformanceObserver(l => l.getEntries().forEach(e => seen.paint = e.startTime))
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) seen.shift += e.value }))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => seen.tap = Math.max(seen.tap, e.duration)))
  .observe({type: 'event', durationThreshold: 16, buffered: true});
"""


def load(browser: Browser, address: str, line: tuple[int, int]) -> dict[str, Any]:
    """One cold view, then a tap on each of the first two folds."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="kk")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    for command in ("Network.enable", "Performance.enable"):
        devtools.send(command)
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    bits, latency = line
    there_and_back = {"downloadThroughput": bits / 8, "uploadThroughput": bits / 8, "latency": latency}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **there_and_back})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_timeout(1_000)
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    requests, weight = len(sizes), sum(sizes) / 1000  # a tap may ask for more
    for fold in page.locator("summary:visible").all()[:2]:
        fold.click()
        page.wait_for_timeout(300)
    seen = page.evaluate("seen")
    context.close()
    return {"requests": requests, "kB": weight, "first": first, **seen}


def main(site: str) -> None:
    with urlopen(f"{site}/kk/issues/?status=in_progress") as answer:
        numbers = re.findall(r"/kk/issues/(\d{4}-\d{6})/", answer.read().decode())
    pages = {"home": "/kk/", "list": "/kk/issues/", "issue": f"/kk/issues/{numbers[-1]}/"}
    print(
        f"{'line':12}{'page':8}{'requests':>9}{'kB':>8}{'first, ms':>11}{'largest, ms':>13}{'shift':>8}{'tap, ms':>9}"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for said, line in LINES.items():
            for name, path in pages.items():
                views = [load(browser, site + path, line) for _ in range(VIEWS)]
                found = {key: median(view[key] for view in views) for key in views[0]}
                print(
                    f"{said:12}{name:8}{found['requests']:9.0f}{found['kB']:8.1f}{found['first']:11.0f}{found['paint']:13.0f}"
                    f"{found['shift']:8.3f}{found['tap']:9.0f}"
                )
        browser.close()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://localhost:8000"]))
