import { stat, statfs } from 'node:fs/promises'
import { diagnosis, type Finding } from '../../operator/findings.ts'
import { hostPackages, missingPackages } from '../host/packages.ts'
import { askController } from '../operator.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../options.ts'
import { readHostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import type { Terminal } from '../terminal.ts'
import { processStatus, serviceStatus } from './status.ts'

const leastFreeMib = 1024
/** Reading every image of every store may take a day. */
const checksumMs = 86_400_000

/** Looks for what is wrong with the machine and the cloud on it, and mends what it can if asked to; exit code 1 when something is left. */
export async function doctor(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(
    argv,
    { ...stateOption, heal: { type: 'boolean' }, checksum: { type: 'boolean' } },
    terminal,
  )
  refuseExtra(positionals, terminal)
  const paths = pathsOf(values)
  const { text } = terminal
  const config = await readHostConfig(paths, terminal)
  const findings: string[] = []
  if (config?.simulated !== true) {
    const missing = await missingPackages(hostPackages)
    if (missing.length > 0) findings.push(text.doctor.packages(missing.join(' ')))
  }
  if (config === undefined) {
    terminal.note(text.notUp(paths.directory))
  } else {
    findings.push(...(await stateFindings(paths, terminal)))
    const [processes, services] = await Promise.all([processStatus(paths, config), serviceStatus(config)])
    findings.push(...processes.filter((process) => !process.running).map((process) => text.doctor.dead(process.name)))
    findings.push(
      ...services
        .filter((service) => !service.healthy)
        .map((service) => text.doctor.unhealthy(service.name, service.url)),
    )
    if (processes.some(({ name, running }) => name === 'controller' && running)) {
      const heal = values.heal === true
      const method = heal ? 'doctor.heal' : 'doctor.audit'
      const { healed, left } = await askController(paths, terminal, method, null, diagnosis)
      for (const each of healed) terminal.say(`✔ ${text.healed(describe(each, terminal))}`)
      findings.push(...left.map((each) => describe(each, terminal)))
      if (values.checksum === true) {
        const deep = await askController(paths, terminal, 'doctor.checksum', null, diagnosis, checksumMs)
        findings.push(...deep.left.map((each) => describe(each, terminal)))
      }
      if (left.length > 0 && !heal) terminal.note(text.healHint)
    }
  }
  for (const finding of findings) terminal.say(`✘ ${finding}`)
  terminal.say(findings.length === 0 ? text.doctorFine : text.doctorFound(findings.length))
  return findings.length === 0 ? 0 : 1
}

const describe = ({ kind, subject, at }: Finding, { text }: Terminal): string => text.findings[kind](subject, at)

async function stateFindings(paths: StatePaths, { text }: Terminal): Promise<string[]> {
  const findings: string[] = []
  const volume = await statfs(paths.directory)
  const freeMib = Math.floor((volume.bavail * volume.bsize) / 1024 / 1024)
  if (freeMib < leastFreeMib) findings.push(text.doctor.disk(paths.directory, freeMib))
  for (const file of [paths.adminPassword, paths.openrc, paths.clouds, `${paths.directory}/master.key`]) {
    const { mode } = await stat(file).catch(() => ({ mode: 0 }))
    if ((mode & 0o077) !== 0) findings.push(text.doctor.secret(file))
  }
  return findings
}
