// A frame that echarts draws into. Loaded lazily with its charts: the package stays out of every other page.
import { LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

import room from './room.module.css';

register([LineChart, ScatterChart, GridComponent, TooltipComponent, MarkLineComponent, AriaComponent, SVGRenderer]);

// Okabe and Ito's palette, darkened to 3:1 on white; told apart with every common kind of colour blindness.
export const COLOURS = ['#0072b2', '#b8501b', '#007a5a', '#a3437f', '#8a6d00', '#2f8ac4', '#5b4a9c', '#7a5230', '#4c6a00', '#9c2f4e'];
export const [INK, INK_3, LINE, BRAND] = ['#15252b', '#56666d', '#dce2de', '#0b5a5c'];

export function ChartFrame({ option, described }: { option: EChartsCoreOption; described: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const made = init(element, null, { renderer: 'svg' });
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption({ animation: false, aria: { enabled: true, label: { description: described } }, ...option }, { notMerge: true });
  }, [option, described]);
  return <div ref={frame} className={room['chart']} role="img" aria-label={described} />;
}
