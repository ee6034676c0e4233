"use strict";
// Draws each <figure data-chart>: bars, lines and areas, and the same as a table.
//
// Its numbers are in the figure, a Plot (omnify/pages/parts/charts.py). Values are decimal strings, shown
// as they are, or null where nothing is known. What has an axis of its own has a panel of its own.
{
  const COLORS = 8;
  const SYMBOLS = ["circle", "rect", "triangle", "diamond"];
  const FEW_POINTS = 40;
  // More bars than these are too thin to tell apart: an area.
  const MANY_BARS = 60;
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const months = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });
  // As the server writes numbers and days (omnify/voices.py).
  const voice = JSON.parse(document.documentElement.dataset.voice);
  const signs = { ...voice.digits, ",": voice.group, ".": voice.point, "-": "−" };
  // Digits that are not written from left to right among Latin ones are kept in their place.
  const mark = voice.digits.startsWith("0") ? "" : "\u200E";
  // figure -> {chart, data, shown, alone}
  const figures = new Map();
  const resizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      echarts.getInstanceByDom(target)?.resize();
      placeNotes(target.closest("figure"));
    }
  });

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // As tiles write it (omnify/pages/numbers.py): a small k, and room before the letter.
  function shorten(value) {
    return spell(compact.format(value).replace("K", "k").replace(/[kMBT]$/, "\u00A0$&"));
  }

  function part(figure, name) {
    return figure.querySelector(`[data-chart-${name}]`);
  }

  function spell(text) {
    return text.replace(/[\d.,-]/g, (sign) => signs[sign]) + mark;
  }

  // Every digit that was sent: a number of JavaScript would drop some.
  function exact(value) {
    if (value == null) return "";
    const text = String(value);
    const match = /^-?\d+(?:\.(\d+))?$/.exec(text);
    if (!match) return text;
    const digits = match[1]?.length ?? 0;
    const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return spell(new Intl.NumberFormat(voice.has_pairs ? "en-IN" : "en", places).format(text));
  }

  function shown(value, unit, partial) {
    return value == null ? "no data" : `${exact(value)} ${unit}`.trim() + noted(partial);
  }

  function noted(partial) {
    return partial ? ` (${partial})` : "";
  }

  // A period as people say it, if it is a day.
  function spoken(category) {
    const [, year, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(category) ?? [];
    if (!year) return category;
    const said = { d: spell(d), m: spell(m), day: spell(String(Number(d))), year: spell(year), month: months.format(new Date(category)) };
    return voice.day.replaceAll(/\{(\w+)\}/g, (_, name) => said[name]);
  }

  function token(name) {
    const probe = make("span", "");
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  // The series, each with its label in the legend, its colour and symbol: those of no channel have a colour of their role.
  function drawn(figure, { series }) {
    const labels = [...part(figure, "legend").children].map(({ textContent }) => textContent.trim());
    const roles = { total: "--accent", forecast: "--accent", other: "--chart-other", comparison: "--chart-compare" };
    const taken = new Set(series.map(({ color }) => color));
    let next = 0;
    return series.map((each, index) => {
      let color = each.color;
      if (!color && !roles[each.role]) {
        do next += 1; while (taken.has(next) && next < COLORS);
        color = (next - 1) % COLORS + 1;
      }
      const own = each.color ? `--chart-${each.color}` : roles[each.role];
      return { ...each, label: labels[index], color: token(own ?? `--chart-${color}`), symbol: SYMBOLS[index % SYMBOLS.length] };
    });
  }

  // What is drawn of a series: nothing of those that another's isolation hides.
  function visible({ shown: series, alone }) {
    return series.filter(({ name }) => !alone || name === alone);
  }

  // A series as the library draws it. A partial value is hollow, and no line joins it to a whole
  // one, so that nobody takes it for a fall.
  function drawSeries(series, count) {
    const { name, type = "line", stack, axis, color, partial = [], values, role, low, high } = series;
    const panel = axis === "right" ? 1 : 0;
    const base = { name, stack, xAxisIndex: panel, yAxisIndex: panel, itemStyle: { color } };
    const numbers = values.map((value) => value == null ? null : Number(value));
    const hollow = { color: "transparent", borderColor: color, borderType: "dashed", borderWidth: 1.5 };
    if (type === "bar" && count > MANY_BARS) {
      const area = { ...base, type: "line", symbol: "none", lineStyle: { opacity: 0 }, areaStyle: { color, opacity: 0.85 },
        data: numbers.map((value, at) => partial[at] ? null : value) };
      const cut = { ...base, type: "bar", data: numbers.map((value, at) => partial[at] ? { value, itemStyle: hollow } : null) };
      return partial.some(Boolean) ? [area, cut] : [area];
    }
    if (type === "bar") {
      return [{ ...base, type, barMaxWidth: 40, data: numbers.map((value, at) => partial[at] ? { value, itemStyle: hollow } : value) }];
    }
    const isDashed = role === "comparison" || role === "forecast";
    const isFew = count <= FEW_POINTS && !isDashed;
    const whole = drawLine(base, numbers.map((value, at) => partial[at] ? null : value), { ...series, isDashed }, isFew);
    const lines = low ? [...drawBand(base, low, high, color), whole] : [whole];
    if (!partial.some(Boolean)) return lines;
    const open = { ...series, isDashed: true, isHollow: true };
    return [...lines, drawLine(base, numbers.map((value, at) => partial[at] ? value : null), open, isFew)];
  }

  function drawLine(base, numbers, { color, symbol, isDashed, isHollow }, isFew) {
    const isAlone = (at) => numbers[at - 1] == null && numbers[at + 1] == null;
    // Where points are many, only those that no line reaches have a symbol.
    const hasSymbol = (at) => isFew || isAlone(at);
    return {
      ...base, type: "line", symbol, symbolSize: 6, showAllSymbol: true,
      itemStyle: isHollow ? { color: token("--surface"), borderColor: color, borderWidth: 1.5 } : { color },
      lineStyle: { color, width: 2, type: isDashed ? "dashed" : "solid" },
      data: numbers.map((value, at) => ({ value, symbol: hasSymbol(at) ? symbol : "none" })),
    };
  }

  // A forecast is joined to where what is known of the same ends.
  function joined(series, all) {
    const at = series.values.findIndex((value) => value != null) - 1;
    const known = all.find(({ name, role, values }) => name === series.name && !["forecast", "comparison"].includes(role) && values[at] != null);
    if (series.role !== "forecast" || !known) return series;
    const begun = (values) => values?.with(at, known.values[at]);
    return { ...series, values: begun(series.values), low: begun(series.low), high: begun(series.high) };
  }

  // What is foreseen lies between two lines that are not drawn.
  function drawBand(base, low, high, color) {
    const numbers = (values) => values.map((value) => value == null ? null : Number(value));
    const lows = numbers(low);
    const edge = { ...base, type: "line", stack: `band of ${base.name}`, stackStrategy: "all", symbol: "none", lineStyle: { opacity: 0 } };
    return [{ ...edge, data: lows }, { ...edge, areaStyle: { color, opacity: 0.15 },
      data: numbers(high).map((value, at) => value == null ? null : value - lows[at]) }];
  }

  // One panel, or two above each other where there are two axes.
  function panels(series, data) {
    const axes = ["left", "right"].filter((axis) => series.some((each) => (each.axis ?? "left") === axis));
    const text = token("--muted");
    const line = token("--line");
    const heights = axes.length > 1 ? [["10%", "48%"], ["70%", "22%"]] : [["9%", "81%"]];
    const last = axes.length - 1;
    return {
      grid: axes.map((_, at) => ({ left: 56, right: 8, outerBoundsMode: "none", top: heights[at][0], height: heights[at][1] })),
      xAxis: axes.map((_, at) => ({ gridIndex: at, type: "category", data: data.categories, axisTick: { show: false },
        axisLabel: { show: at === last, color: text, hideOverlap: true, formatter: spoken }, axisLine: { lineStyle: { color: line } } })),
      yAxis: axes.map((axis, at) => ({ gridIndex: at, type: "value", splitNumber: axes.length > 1 ? 3 : 5,
        name: nameOf(series.filter((each) => (each.axis ?? "left") === axis), data.unit),
        nameTextStyle: { color: text, align: "left", padding: [0, 0, 0, -48] }, nameGap: 10,
        axisLabel: { color: text, hideOverlap: true, formatter: shorten },
        splitLine: { lineStyle: { color: line } } })),
      axes,
    };
  }

  // An axis is named after its only series, or the stack, and the unit.
  function nameOf(series, unit) {
    const names = new Set(series.map(({ stack, name }) => stack ?? name));
    return [...(names.size === 1 ? names : []), unit].filter(Boolean).join(", ");
  }

  function option(entry) {
    const series = visible(entry);
    const { axes, ...areas } = panels(series, entry.data);
    // Periods of which only a forecast is known have no bars.
    const known = (at) => series.some(({ role, values }) => role !== "forecast" && values[at] != null);
    const count = entry.data.categories.filter((_, at) => known(at)).length;
    const ofPanel = (each) => axes.length > 1 ? each : { ...each, axis: "left" };
    return {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...areas,
      series: series.map(ofPanel).flatMap((each) => drawSeries(joined(each, series), count)),
    };
  }

  // The values of one period beside the pointer, or the place that keys have chosen.
  function tell(figure, at) {
    const entry = figures.get(figure);
    const { chart, data, tip, line } = entry;
    entry.at = Math.min(Math.max(at, 0), data.categories.length - 1);
    const x = chart.convertToPixel({ xAxisIndex: 0 }, entry.at);
    const period = spoken(data.categories[entry.at]);
    const rows = visible(entry).map(({ label, color, values, partial }) => {
      const row = make("div", "chart-tooltip-row");
      const mark = make("span", "chart-tooltip-mark");
      mark.style.backgroundColor = color;
      row.append(mark, make("bdi", "", label),
        make("span", "number", shown(values[entry.at], data.unit, partial?.[entry.at])));
      return row;
    });
    tip.replaceChildren(make("strong", "", period), ...rows);
    tip.hidden = line.hidden = false;
    const room = chart.getWidth();
    tip.style.left = `${Math.max(0, x + 12 + tip.offsetWidth > room ? x - 12 - tip.offsetWidth : x + 12)}px`;
    line.style.left = `${x}px`;
  }

  function addTooltip(figure, body, entry) {
    entry.tip = make("div", "chart-tooltip card");
    entry.line = make("div", "chart-line");
    entry.said = make("p", "visually-hidden");
    entry.said.setAttribute("role", "status");
    entry.tip.hidden = entry.line.hidden = true;
    body.append(entry.line, entry.tip);
    body.after(entry.said);
    const hide = () => { entry.tip.hidden = entry.line.hidden = true; };
    const follow = ({ clientX }) => {
      const at = entry.chart.convertFromPixel({ xAxisIndex: 0 }, clientX - body.getBoundingClientRect().left);
      tell(figure, Math.round(at));
    };
    body.addEventListener("pointermove", follow);
    body.addEventListener("pointerdown", follow);
    body.addEventListener("pointerleave", hide);
    body.addEventListener("blur", hide);
    body.addEventListener("keydown", (event) => {
      if (event.key === "Escape") hide();
      if (!(event.key in STEPS)) return;
      event.preventDefault();
      tell(figure, (entry.at ?? entry.data.categories.length) + STEPS[event.key]);
      entry.said.textContent = [...entry.tip.children].map((each) => [...each.childNodes].map(({ textContent }) => textContent).join(" ")).join("; ");
    });
  }

  // What each colour means; a click shows one alone, another shows all again.
  function addLegend(figure, entry) {
    const items = [...part(figure, "legend").children];
    items.forEach((item, index) => item.addEventListener("click", () => {
      const { name } = entry.shown[index];
      entry.alone = entry.alone === name ? "" : name;
      items.forEach((other, at) => other.setAttribute("aria-pressed", String(entry.shown[at].name === entry.alone)));
      redraw(entry);
    }));
    paintLegend(figure, entry);
  }

  function paintLegend(figure, { shown: series }) {
    const items = part(figure, "legend").children;
    series.forEach(({ color }, index) => { items[index].firstElementChild.style.color = color; });
  }

  // What happened on days, as marks that are read as well.
  function placeNotes(figure) {
    const { chart, data } = figures.get(figure) ?? {};
    if (!chart) return;
    const body = part(figure, "body");
    for (const old of body.querySelectorAll(".chart-event")) old.remove();
    for (const { category, text } of data.notes ?? []) {
      const at = data.categories.indexOf(category);
      if (at < 0) continue;
      const mark = make("div", "chart-event");
      mark.append(make("span", "", text));
      mark.style.left = `${chart.convertToPixel({ xAxisIndex: 0 }, at)}px`;
      body.append(mark);
    }
  }

  // A forecast is called one, and has its band.
  function columnsOf({ name, values, partial, role, low, high, band }) {
    if (role !== "forecast") return [{ name, values, partial }];
    const bounds = band ? [[`${band} from`, low], [`${band} to`, high]] : [];
    return [["forecast", values], ...bounds].map(([label, found]) => ({ name: `${name}, ${label}`, values: found }));
  }

  function table(data) {
    const element = make("table", "table");
    element.append(make("caption", "visually-hidden", data.title));
    const head = element.createTHead().insertRow();
    const columns = data.series.flatMap(columnsOf);
    const named = columns.map(({ name }) => make("th", "number", [name, data.unit].filter(Boolean).join(", ")));
    for (const cell of [make("th", "", "Period"), ...named]) {
      cell.scope = "col";
      head.append(cell);
    }
    const rows = element.createTBody();
    data.categories.forEach((category, index) => {
      const row = rows.insertRow();
      const first = make("th", "", spoken(category));
      first.scope = "row";
      row.append(first, ...columns.map(({ values, partial }) =>
        make("td", "number", exact(values[index]) + noted(partial?.[index]))));
    });
    return element;
  }

  function describe(figure, data) {
    const names = data.series.map(({ name }) => name).join(", ");
    const [first, last] = [data.categories[0], data.categories.at(-1)].map(spoken);
    return `${data.title}. Chart of ${names}, from ${first} to ${last}; arrow keys tell each period, the table below has`
      + ` the same numbers. ${part(figure, "partial")?.textContent ?? ""}`.trimEnd();
  }

  function redraw(entry) {
    entry.chart.setOption(option(entry), { notMerge: true });
  }

  function addTable(figure, entry) {
    const numbers = make("div", "scroll-x chart-table");
    numbers.tabIndex = 0;
    numbers.hidden = true;
    numbers.setAttribute("role", "region");
    numbers.setAttribute("aria-label", `Table: ${entry.data.title}`);
    const toggle = part(figure, "toggle");
    entry.fillTable = () => numbers.replaceChildren(...(numbers.hidden ? [] : [table(entry.data)]));
    toggle.addEventListener("click", () => {
      numbers.hidden = !numbers.hidden;
      entry.fillTable();
      toggle.setAttribute("aria-expanded", String(!numbers.hidden));
      toggle.textContent = numbers.hidden ? "Show as table" : "Hide the table";
    });
    figure.append(numbers);
  }

  function show(figure) {
    const data = JSON.parse(part(figure, "plot").content.textContent);
    const body = part(figure, "body");
    const entry = { data, shown: drawn(figure, data) };
    figures.set(figure, entry);
    addLegend(figure, entry);
    body.className = "chart";
    body.tabIndex = 0;
    body.setAttribute("role", "img");
    body.setAttribute("aria-label", describe(figure, data));
    entry.chart = echarts.init(body, null, { renderer: "canvas" });
    redraw(entry);
    addTooltip(figure, body, entry);
    placeNotes(figure);
    resizes.observe(body);
    addTable(figure, entry);
  }

  // A plot with what is foreseen of one of its lines, which goes on in that line's look.
  function followed(data, { categories, ...tail }) {
    const line = data.series.find(({ name, role }) => name.toLowerCase() === tail.name.toLowerCase() && role !== "comparison");
    const all = [...new Set([...data.categories, ...categories])].sort();
    const placed = (values) => all.map((category) => values[categories.indexOf(category)] ?? null);
    const { name, axis, color } = line;
    const ahead = { ...tail, name, axis, color, values: placed(tail.values), low: placed(tail.low), high: placed(tail.high) };
    return { ...data, categories: all, series: [...data.series, ahead] };
  }

  // What is foreseen comes once the page is there: the chart goes on, and nothing else of it is drawn anew.
  function lookAhead(figure, entry) {
    const found = part(figure, "ahead");
    if (!found || entry.isAhead) return;
    entry.isAhead = true;
    entry.data = followed(entry.data, JSON.parse(found.content.textContent));
    entry.shown = drawn(figure, entry.data);
    part(figure, "legend").lastElementChild.classList.remove("is-awaited");
    part(figure, "body").setAttribute("aria-label", describe(figure, entry.data));
    paintLegend(figure, entry);
    entry.fillTable();
    entry.chart.setOption(option(entry));
    placeNotes(figure);
  }

  function start() {
    for (const [figure, { chart }] of figures) {
      if (figure.isConnected) continue;
      resizes.unobserve(chart.getDom());
      chart.dispose();
      figures.delete(figure);
    }
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      if (!figures.has(figure) && part(figure, "body")) show(figure);
      if (figures.has(figure)) lookAhead(figure, figures.get(figure));
    }
  }

  start();
  document.body.addEventListener("htmx:afterSettle", start);
  document.addEventListener("omnify:theme", () => {
    for (const [figure, entry] of figures) {
      entry.shown = drawn(figure, entry.data);
      paintLegend(figure, entry);
      redraw(entry);
    }
  });
}
