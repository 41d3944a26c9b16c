// The anonymous chart of bids over server time (CK-02): step lines by alias, the best price bold, baseline, ceiling and
// budget, extensions, pauses and messages. Loaded lazily: the chart package stays out of every other page.
import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type ECharts } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

import { useWords } from '@/i18n/use-words';

import { chartOption, type ChartScene } from './bid-chart-option';
import css from './bid-chart.module.css';

register([LineChart, GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent, AriaComponent, LabelLayout, SVGRenderer]);

const DRAWN_EVERY_MS = 1_000;

export default function BidChart({ scene }: { scene: ChartScene }) {
  const { t } = useWords('cockpit');
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const isPointed = useRef(false);
  const drawn = useRef<ChartScene | null>(null);
  const drawnAt = useRef(-DRAWN_EVERY_MS);
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
      drawn.current = null;
    };
  }, []);
  useEffect(() => {
    // A drawing costs as much as all else of the page together: at most one a second, the newest scene.
    const wait = setTimeout(
      () => {
        // No rescaling under the pointer: somebody is reading a value there.
        const kept = isPointed.current && drawn.current !== null ? { ...scene, range: drawn.current.range } : scene;
        chart.current?.setOption(chartOption(kept, t), { notMerge: true });
        drawn.current = kept;
        drawnAt.current = performance.now();
      },
      Math.max(0, drawnAt.current + DRAWN_EVERY_MS - performance.now()),
    );
    return () => clearTimeout(wait);
  }, [scene, t]);
  return (
    <div
      ref={frame}
      className={css['chart']}
      role="img"
      aria-label={t('chart.described')}
      onPointerEnter={() => (isPointed.current = true)}
      onPointerLeave={() => (isPointed.current = false)}
    />
  );
}
