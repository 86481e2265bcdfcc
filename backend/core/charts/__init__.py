"""Charts as inline SVG, drawn on the server: data in, safe HTML out. No database, no words of the domain, no style or script.

`data.py` has a frozen dataclass for each kind of chart; a module of the kind's name draws it; `drawing.draw` takes any of them;
`{% load charts %}{% chart thing %}` puts figure, caption, table and the link to the CSV on the page (with `css/charts.css`).

Each chart is drawn twice, 720 units wide and 320, and the style sheet shows the one that fits the room it stands in. One drawing
that scales would need letters of 27 pixels on a desk to have 12 on a phone; and on a phone there are fewer bars, names of other
lengths and other places for labels, which no scaling gives. What is not shown is neither read out nor reached by Tab.
"""
