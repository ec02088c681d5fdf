// Prometheus text for one process: counters, and a sum and count of durations. Small on purpose; the usual client has had no release for two years.

type Series = { count: number; sum: number }

/** What the platform counts. */
export type Metrics = {
  /** Counts the answered requests of a route: the status of each, and how long it took. */
  readonly requests: (service: string, method: string, route: string) => (status: number, ms: number) => void
  /** One finished saga or reconciler run; `outcome` is done, failed or cancelled. */
  readonly work: (name: string, outcome: string, ms: number) => void
  /** Registers a value that is read when somebody asks. */
  readonly gauge: (name: string, help: string, read: () => number) => void
  /** Everything in Prometheus' text format. */
  readonly render: () => string
}

const label = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const seriesOf = (map: Map<string, Series>, labels: string): Series => {
  const series = map.get(labels) ?? { count: 0, sum: 0 }
  map.set(labels, series)
  return series
}

const count = (series: Series, ms: number): void => {
  series.count += 1
  series.sum += ms
}

export function createMetrics(): Metrics {
  const requests = new Map<string, Series>()
  const works = new Map<string, Series>()
  const gauges = new Map<string, { help: string; read: () => number }>()
  const summary = (name: string, help: string, map: Map<string, Series>): string[] => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} summary`,
    ...[...map].flatMap(([labels, { count, sum }]) => [
      `${name}_count{${labels}} ${count}`,
      `${name}_sum{${labels}} ${sum / 1000}`,
    ]),
  ]
  return {
    requests: (service, method, route) => {
      const labels = `service="${service}",method="${method}",route="${label(route)}"`
      // By status: to make the labels of each request, and find them by their text, costs a hundredth of a small one.
      const known = new Map<number, Series>()
      return (status, ms) => {
        const series = known.get(status) ?? seriesOf(requests, `${labels},status="${status}"`)
        known.set(status, series)
        count(series, ms)
      }
    },
    work: (name, outcome, ms) => count(seriesOf(works, `name="${label(name)}",outcome="${outcome}"`), ms),
    gauge: (name, help, read) => {
      gauges.set(name, { help, read })
    },
    render: () => {
      const lines = [
        ...summary('haneul_http_request_seconds', 'Answered requests.', requests),
        ...summary('haneul_work_seconds', 'Finished sagas and reconciler runs.', works),
        ...[...gauges].flatMap(([name, { help, read }]) => [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} gauge`,
          `${name} ${read()}`,
        ]),
        '# HELP process_resident_memory_bytes Resident memory.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      ]
      return `${lines.join('\n')}\n`
    },
  }
}
