"use strict";
// Draws each <figure data-chart-url data-csv-url>: bars and lines, and the same as a table.
//
// The address answers a Plot (omnify/pages/parts/charts.py):
//   title       the finding, in words
//   unit        of all values, such as a currency's code
//   categories  the x axis's labels
//   series      [{name, values, and maybe type: "bar" or "line", stack, axis: "right", partial}];
//               values are decimal strings, shown as they are, or null where nothing is known;
//               partial says of each value which days it lacks ("3 of 7 days"), "" if none
{
  // Okabe and Ito's palette, which colour-blind people can tell apart; their two blues change
  // places in the dark, and the lightest comes last on white.
  const LIGHT = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#666666", "#F0E442"];
  const DARK = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#999999", "#F0E442"];
  // So that lines differ in more than colour.
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const FEW_POINTS = 40;
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  // figure -> {chart, data}; a figure is here from the start of its first load.
  const figures = new Map();
  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) echarts.getInstanceByDom(target)?.resize();
  });

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function button(text, act) {
    const element = make("button", "btn btn-sm", text);
    element.type = "button";
    element.addEventListener("click", () => act(element));
    return element;
  }

  // A part of the figure; a page that does not bring it gets it here, before the first load.
  function part(figure, name, tag) {
    let element = figure.querySelector(`[data-chart-${name}]`);
    if (!element) {
      element = make(tag, tag === "figcaption" ? "h3" : "");
      element.setAttribute(`data-chart-${name}`, "");
      figure.append(element);
    }
    return element;
  }

  // Every digit that was sent: a number of JavaScript would drop some.
  function exact(value) {
    if (value == null) return "";
    const text = String(value);
    const match = /^-?\d+(?:\.(\d+))?$/.exec(text);
    if (!match) return text;
    const digits = match[1]?.length ?? 0;
    return new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(text);
  }

  function shown(value, unit, partial) {
    return value == null ? "no data" : `${exact(value)} ${unit}`.trim() + noted(partial);
  }

  function noted(partial) {
    return partial ? ` (${partial})` : "";
  }

  // The series, each with its colour and symbol.
  function drawn({ series }) {
    const palette = document.documentElement.dataset.bsTheme === "dark" ? DARK : LIGHT;
    return series.map((each, index) =>
      ({ ...each, color: palette[index % palette.length], symbol: SYMBOLS[index % SYMBOLS.length] }));
  }

  // A colour of the theme, as the browser works it out.
  function themeColor(body, name) {
    const probe = make("span", "");
    probe.style.color = `var(${name})`;
    body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  // Elements, not markup: the tooltip's own markup has style attributes, which the policy refuses.
  function tooltip(series, data) {
    return (points) => {
      const box = make("div", "chart-tooltip");
      const { dataIndex } = points[0];
      // A line may be drawn in two parts; those that the legend hides are not among the points.
      const names = new Set(points.map(({ seriesName }) => seriesName));
      box.append(make("strong", "", data.categories[dataIndex]));
      for (const each of series.filter(({ name }) => names.has(name))) {
        const { name, color, values, partial } = each;
        const row = make("div", "chart-tooltip-row");
        const mark = make("span", "chart-tooltip-mark");
        mark.style.backgroundColor = color;
        row.append(mark, make("span", "", name),
          make("span", "number", shown(values[dataIndex], data.unit, partial?.[dataIndex])));
        box.append(row);
      }
      return box;
    };
  }

  // An axis is named after its only series, or the stack, and the unit.
  function axisOf(series, unit, text, line) {
    const names = new Set(series.map(({ stack, name }) => stack ?? name));
    const name = [...(names.size === 1 ? names : []), unit].filter(Boolean).join(", ");
    return { type: "value", name, nameTextStyle: { color: text },
      axisLabel: { color: text, hideOverlap: true, formatter: (value) => compact.format(value) },
      splitLine: { lineStyle: { color: line } } };
  }

  // A series as the library draws it. A partial value is hollow, and no line joins it to a whole
  // one, so that nobody takes it for a fall.
  function drawSeries(series, isFew) {
    const { name, type = "line", stack, axis, color, partial = [], values } = series;
    const base = {
      name, type, stack,
      yAxisIndex: axis === "right" ? 1 : 0,
      itemStyle: { color },
    };
    const numbers = values.map((value) => value == null ? null : Number(value));
    if (type === "bar") {
      const hollow = { color: "transparent", borderColor: color, borderType: "dashed", borderWidth: 1.5 };
      return [{ ...base, data: numbers.map((value, at) => partial[at] ? { value, itemStyle: hollow } : value) }];
    }
    const whole = drawLine(base, numbers.map((value, at) => partial[at] ? null : value), series, isFew);
    if (!partial.some(Boolean)) return [whole];
    const hollow = { ...series, symbol: `empty${series.symbol[0].toUpperCase()}${series.symbol.slice(1)}`, isDashed: true };
    return [whole, drawLine(base, numbers.map((value, at) => partial[at] ? value : null), hollow, isFew)];
  }

  function drawLine(base, numbers, { color, symbol, isDashed }, isFew) {
    const isAlone = (at) => numbers[at - 1] == null && numbers[at + 1] == null;
    // Where points are many, only those that no line reaches have a symbol.
    const hasSymbol = (at) => isFew || isAlone(at);
    return {
      ...base, symbol, symbolSize: 7, showAllSymbol: true,
      lineStyle: { color, width: 2, type: isDashed ? "dashed" : "solid" },
      data: numbers.map((value, at) => ({ value, symbol: hasSymbol(at) ? symbol : "none" })),
    };
  }

  function option(body, data) {
    const { color: text, fontFamily } = getComputedStyle(document.body);
    const line = themeColor(body, "--line");
    const series = drawn(data);
    const isRight = (each) => each.axis === "right";
    const right = { ...axisOf(series.filter(isRight), data.unit, text, line), position: "right", splitLine: { show: false } };
    const left = axisOf(series.filter((each) => !isRight(each)), data.unit, text, line);
    return {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: { color: text, fontFamily },
      tooltip: { trigger: "axis", confine: true, formatter: tooltip(series, data), textStyle: { color: text },
        backgroundColor: themeColor(body, "--surface"), borderColor: line },
      legend: { type: "scroll", top: 0, textStyle: { color: text }, pageTextStyle: { color: text }, pageIconColor: text },
      grid: { left: 12, right: 12, top: 64, bottom: 56, containLabel: true },
      // Not "inside" the chart: that would take the wheel and the finger from the page's scrolling.
      dataZoom: [{ type: "slider", height: 20, bottom: 8, borderColor: line, textStyle: { color: text } }],
      xAxis: { type: "category", data: data.categories, axisLabel: { color: text, hideOverlap: true }, axisLine: { lineStyle: { color: line } } },
      yAxis: series.some(isRight) ? [left, right] : [left],
      series: series.flatMap((each) => drawSeries(each, data.categories.length <= FEW_POINTS)),
    };
  }

  function table(data) {
    const element = make("table", "table table-sm");
    element.append(make("caption", "visually-hidden", data.title));
    const head = element.createTHead().insertRow();
    const named = data.series.map(({ name }) => make("th", "number", [name, data.unit].filter(Boolean).join(", ")));
    for (const cell of [make("th", "", "Period"), ...named]) {
      cell.scope = "col";
      head.append(cell);
    }
    const rows = element.createTBody();
    data.categories.forEach((category, index) => {
      const row = rows.insertRow();
      const first = make("th", "", category);
      first.scope = "row";
      row.append(first, ...data.series.map(({ values, partial }) =>
        make("td", "number", exact(values[index]) + noted(partial?.[index]))));
    });
    return element;
  }

  // What the hollow bars and points are, with the last one as an example; nothing if all are whole.
  function aboutPartial(data) {
    const texts = data.categories.map((_, at) =>
      data.series.map(({ partial }) => partial?.[at]).find(Boolean) ?? "");
    const last = texts.findLastIndex(Boolean);
    if (last < 0) return "";
    return "Hollow and dashed: periods that run, are cut by the range or lack days, such as"
      + ` ${data.categories[last]} (${texts[last]}).`;
  }

  function describe(data) {
    const names = data.series.map(({ name }) => name).join(", ");
    const [first, last] = [data.categories[0], data.categories.at(-1)];
    return `${data.title}. Chart of ${names}, from ${first} to ${last}; the table below has the same numbers. ${aboutPartial(data)}`.trim();
  }

  function redraw(figure, { chart, data }) {
    // Only the series are replaced, so that the zoom stays.
    chart.setOption(option(part(figure, "body", "div"), data), { replaceMerge: ["series", "yAxis"] });
  }

  function addTools(figure, data) {
    const tools = part(figure, "tools", "div");
    tools.className = "chart-tools";
    const numbers = make("div", "scroll-x chart-table");
    numbers.tabIndex = 0;
    numbers.hidden = true;
    numbers.setAttribute("role", "region");
    numbers.setAttribute("aria-label", `Table: ${data.title}`);
    const toggle = button("Show as table", () => {
      numbers.hidden = !numbers.hidden;
      numbers.replaceChildren(...(numbers.hidden ? [] : [table(data)]));
      toggle.setAttribute("aria-expanded", String(!numbers.hidden));
      toggle.textContent = numbers.hidden ? "Show as table" : "Hide the table";
    });
    toggle.setAttribute("aria-expanded", "false");
    tools.replaceChildren(toggle);
    if (figure.dataset.csvUrl) {
      const link = make("a", "btn btn-sm", "CSV");
      link.href = figure.dataset.csvUrl;
      tools.append(link);
    }
    const note = make("p", "text-secondary small mb-0", aboutPartial(data));
    note.hidden = !note.textContent;
    tools.after(note, numbers);
  }

  function show(figure, data) {
    const entry = figures.get(figure);
    const body = part(figure, "body", "div");
    part(figure, "title", "figcaption").textContent = data.title;
    body.replaceChildren();
    body.removeAttribute("aria-busy");
    entry.data = data;
    if (!data.categories.length) {
      body.className = "chart-note";
      body.textContent = "There are no numbers in these days. Choose others.";
      return;
    }
    body.className = "chart";
    body.setAttribute("role", "img");
    body.setAttribute("aria-label", describe(data));
    entry.chart = echarts.init(body, null, { renderer: "canvas" });
    entry.chart.setOption(option(body, data));
    resizes.observe(body);
    addTools(figure, data);
  }

  function fail(figure, id) {
    const body = part(figure, "body", "div");
    const quote = id ? ` If it stays, quote request ${id}.` : "";
    body.className = "chart-note";
    body.removeAttribute("aria-busy");
    const text = make("p", "", `The chart's numbers could not be loaded.${quote}`);
    text.setAttribute("role", "alert");
    body.replaceChildren(text, button("Try again", () => load(figure)));
  }

  async function load(figure) {
    figures.set(figure, {});
    part(figure, "title", "figcaption");
    const body = part(figure, "body", "div");
    body.className = "chart-skeleton";
    body.setAttribute("aria-busy", "true");
    body.replaceChildren(make("span", "visually-hidden", "Loading the chart"));
    part(figure, "tools", "div").className = "chart-tools";
    let id = "";
    try {
      const response = await fetch(figure.dataset.chartUrl, { headers: { Accept: "application/json" } });
      id = response.headers.get("X-Request-ID") ?? "";
      if (!response.ok) throw new Error(String(response.status));
      const data = await response.json();
      if (figure.isConnected) show(figure, data);
    } catch (error) {
      console.warn("A chart could not be shown:", error);
      if (figure.isConnected) fail(figure, id);
    }
  }

  function start() {
    for (const [figure, { chart }] of figures) {
      if (figure.isConnected) continue;
      if (chart) resizes.unobserve(chart.getDom());
      chart?.dispose();
      figures.delete(figure);
    }
    for (const figure of document.querySelectorAll("figure[data-chart-url]")) {
      if (!figures.has(figure)) load(figure);
    }
  }

  start();
  document.body.addEventListener("htmx:afterSettle", start);
  document.addEventListener("omnify:theme", () => {
    for (const [figure, entry] of figures) if (entry.chart) redraw(figure, entry);
  });
}
