// The dashboard's charts, as options without colours, each with its words.
import type { EChartsCoreOption } from "echarts/core";
import type { Board, NamedFigures } from "../api/operationsTypes";
import { fill, text } from "../strings";

export interface Plot {
  option: EChartsCoreOption;
  label: string;
}

export const percent = (share: number | null): string => (share === null ? "—" : `${(share * 100).toFixed(1)}%`);
const shortDay = (day: string): string => day.slice(5);
const whole = (share: number | null): number | null => (share === null ? null : Math.round(share * 1000) / 10);

export function plotDays(days: NamedFigures[]): Plot {
  const words = text.value.board;
  const handed = days.map((day) => Math.round((day.handed_over ?? 0) * day.conversations));
  return {
    label: `${words.per_day}${text.value.marks.colon}${days.map((day, place) => fill(words.chart_day, { day: day.name, n: day.conversations, m: handed[place] })).join(text.value.marks.stop)}`,
    option: {
      legend: {},
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", data: days.map((day) => shortDay(day.name)) },
      yAxis: { type: "value", minInterval: 1 },
      series: [
        { type: "bar", name: words.conversations, data: days.map((day) => day.conversations), barMaxWidth: 28 },
        { type: "bar", name: words.handed, data: handed, barMaxWidth: 28 },
      ],
    },
  };
}

export function plotShares(days: NamedFigures[]): Plot {
  const words = text.value.board;
  const lines = [
    { name: words.contained, of: (day: NamedFigures) => day.contained },
    { name: words.resolved_24h, of: (day: NamedFigures) => day.resolved_24h },
    { name: words.resolved_7d, of: (day: NamedFigures) => day.resolved_7d },
  ];
  return {
    label: `${words.shares}${text.value.marks.colon}${days.map((day) => `${day.name} ${lines.map((line) => `${line.name} ${percent(line.of(day))}`).join(text.value.marks.comma)}`).join(text.value.marks.stop)}`,
    option: {
      legend: {},
      tooltip: { trigger: "axis", valueFormatter: (value: unknown) => (value === null ? "—" : `${String(value)}%`) },
      xAxis: { type: "category", data: days.map((day) => shortDay(day.name)) },
      yAxis: { type: "value", min: 0, max: 100, axisLabel: { formatter: "{value}%" } },
      series: lines.map((line) => ({ type: "line", name: line.name, data: days.map((day) => whole(line.of(day))), connectNulls: true, symbolSize: 6 })),
    },
  };
}

export function plotCounts(title: string, counts: [string, number][]): Plot {
  const shown = counts.slice(0, 8).reverse();
  return {
    label: `${title}${text.value.marks.colon}${counts.map(([name, count]) => `${name} ${count}`).join(text.value.marks.comma)}`,
    option: {
      grid: { left: 8, right: 34, top: 6, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: { trigger: "item" },
      xAxis: { type: "value", minInterval: 1, show: false },
      yAxis: { type: "category", data: shown.map(([name]) => name), axisTick: { show: false } },
      series: [{ type: "bar", name: title, data: shown.map(([, count]) => count), barMaxWidth: 18, label: { show: true, position: "right", color: "inherit" } }],
    },
  };
}

export const reasonCounts = (board: Board, tell: (name: string) => string): [string, number][] =>
  Object.entries(board.handoff_reasons).map(([name, count]) => [tell(name), count]);
