// Prometheus text for one process: counters, and a sum and count of durations. Small on purpose; the usual client has had no release for two years.

type Series = { count: number; sum: number }

/** What the platform counts. */
export type Metrics = {
  /** One answered request. `ms` is its duration. */
  readonly request: (service: string, method: string, route: string, status: number, ms: number) => void
  /** One finished saga or reconciler run; `outcome` is done, failed or cancelled. */
  readonly work: (name: string, outcome: string, ms: number) => void
  /** Registers a value that is read when somebody asks. */
  readonly gauge: (name: string, help: string, read: () => number) => void
  /** Everything in Prometheus' text format. */
  readonly render: () => string
}

const label = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

export function createMetrics(): Metrics {
  const requests = new Map<string, Series>()
  const works = new Map<string, Series>()
  const gauges = new Map<string, { help: string; read: () => number }>()
  const add = (map: Map<string, Series>, labels: string, ms: number) => {
    const series = map.get(labels)
    if (series) {
      series.count += 1
      series.sum += ms
    } else map.set(labels, { count: 1, sum: ms })
  }
  const summary = (name: string, help: string, map: Map<string, Series>): string[] => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} summary`,
    ...[...map].flatMap(([labels, { count, sum }]) => [
      `${name}_count{${labels}} ${count}`,
      `${name}_sum{${labels}} ${sum / 1000}`,
    ]),
  ]
  return {
    request: (service, method, route, status, ms) =>
      add(requests, `service="${service}",method="${method}",route="${label(route)}",status="${status}"`, ms),
    work: (name, outcome, ms) => add(works, `name="${label(name)}",outcome="${outcome}"`, ms),
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
