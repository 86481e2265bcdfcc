"""What autobahn would write to its log of each frame costs nothing while nobody reads it, and can still be read."""

from typing import Any

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket import protocol
from twisted.internet.testing import StringTransport

from backend.core.quick_frames import send_frames_quickly


def test_a_frame_is_sent_without_its_log_being_coloured(monkeypatch: Any) -> None:
    for name in ("hltype", "hlval"):
        monkeypatch.setattr(protocol, name, getattr(protocol, name))
    send_frames_quickly()
    logged: list[dict[str, Any]] = []
    line = WebSocketServerProtocol()
    line.factory = WebSocketServerFactory()
    line.transport, line.state, line.peer = StringTransport(), protocol.WebSocketProtocol.STATE_OPEN, "tcp4:127.0.0.1:1"
    line.send_queue, line.logOctets = [], False
    line.trafficStats = protocol.TrafficStats()
    monkeypatch.setattr(line.log, "debug", lambda words, **values: logged.append(values))
    line.sendData(b"words")
    assert line.transport.value() == b"words"
    assert logged == [{"func": line.sendData, "peer": "tcp4:127.0.0.1:1", "data_len": 5}]
