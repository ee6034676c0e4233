"use strict";
// Draws each <figure data-chart-url>: bars and lines with exact values, and the same as a table.
{
  // Okabe and Ito's palette, which colour-blind people can tell apart.
  const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#666666"];
  const charts = new Map();

  function option(data) {
    const text = getComputedStyle(document.body).color;
    const exact = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const axis = (position, name) => ({ type: "value", position, name, nameTextStyle: { color: text },
      axisLabel: { color: text, hideOverlap: true }, splitLine: { show: position === "left" } });
    return {
      animation: !calm,
      color: COLOURS,
      textStyle: { color: text },
      tooltip: { trigger: "axis", valueFormatter: (value) => value == null ? "no data" : `${exact.format(value)} ${data.unit}` },
      legend: { textStyle: { color: text }, type: "scroll", top: 0 },
      grid: { left: 8, right: 8, top: 56, bottom: 56, containLabel: true },
      dataZoom: [{ type: "inside" }, { type: "slider", height: 20, bottom: 8 }],
      xAxis: { type: "category", data: data.categories, axisLabel: { color: text } },
      yAxis: [axis("left", `spend, ${data.unit}`), axis("right", `revenue, ${data.unit}`)],
      series: data.series.map((series) => ({ name: series.name, type: series.type, stack: series.stack,
        yAxisIndex: series.axis === "right" ? 1 : 0, showSymbol: false, data: series.values })),
    };
  }

  function table(data) {
    const element = document.createElement("table");
    element.className = "table table-sm";
    const head = element.createTHead().insertRow();
    for (const name of ["Period", ...data.series.map((series) => `${series.name}, ${data.unit}`)]) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = name;
      head.append(cell);
    }
    const body = element.createTBody();
    data.categories.forEach((category, index) => {
      const row = body.insertRow();
      const first = document.createElement("th");
      first.scope = "row";
      first.textContent = category;
      row.append(first);
      for (const series of data.series) {
        const cell = row.insertCell();
        cell.className = "number";
        cell.textContent = series.values[index] ?? "";
      }
    });
    return element;
  }

  function show(figure, data) {
    figure.querySelector("[data-chart-title]").textContent = data.title;
    const body = figure.querySelector("[data-chart-body]");
    body.className = "chart";
    body.replaceChildren();
    body.setAttribute("role", "img");
    body.setAttribute("aria-label", data.title);
    const chart = echarts.init(body, null, { renderer: "canvas" });
    chart.setOption(option(data));
    charts.set(figure, { chart, data });

    const numbers = document.createElement("div");
    numbers.className = "scroll-x chart-table";
    numbers.tabIndex = 0;
    numbers.hidden = true;
    numbers.append(table(data));
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.className = "btn btn-sm";
    toggle.textContent = "Show as table";
    toggle.setAttribute("aria-expanded", "false");
    toggle.addEventListener("click", () => {
      numbers.hidden = !numbers.hidden;
      toggle.setAttribute("aria-expanded", String(!numbers.hidden));
      toggle.textContent = numbers.hidden ? "Show as table" : "Hide the table";
    });
    const foot = document.createElement("div");
    foot.append(toggle);
    figure.append(foot, numbers);
  }

  function fail(figure) {
    const body = figure.querySelector("[data-chart-body]");
    body.className = "alert alert-danger";
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "btn";
    retry.textContent = "Try again";
    retry.addEventListener("click", () => load(figure));
    body.replaceChildren("The chart's numbers could not be loaded. ", retry);
  }

  async function load(figure) {
    try {
      const response = await fetch(figure.dataset.chartUrl, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      show(figure, await response.json());
    } catch {
      fail(figure);
    }
  }

  function start() {
    for (const [figure, { chart }] of charts) {
      if (!figure.isConnected) { chart.dispose(); charts.delete(figure); }
    }
    for (const figure of document.querySelectorAll("figure[data-chart-url]")) {
      if (!charts.has(figure)) load(figure);
    }
  }

  document.addEventListener("DOMContentLoaded", start);
  document.body.addEventListener("htmx:afterSettle", start);
  document.addEventListener("omnify:theme", () => {
    for (const { chart, data } of charts.values()) chart.setOption(option(data));
  });
  addEventListener("resize", () => { for (const { chart } of charts.values()) chart.resize(); });
}
