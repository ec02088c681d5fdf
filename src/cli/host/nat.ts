import { access, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'
import type { StatePaths } from '../state/paths.ts'
import { enterNetwork, externalNetwork } from './open-vswitch.ts'

const table = 'haneul_nat'

function mark(paths: StatePaths): string {
  return path.join(paths.run, 'nat')
}

/** Lets what comes from the external network out through this machine: forwarding, and masquerading in a table of our own. */
export async function enableNat(paths: StatePaths, bridge: string): Promise<void> {
  const rules = [
    `table ip ${table} {}`,
    `delete table ip ${table}`,
    `table ip ${table} {`,
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat;',
    `    ip saddr ${externalNetwork} oifname != "${bridge}" masquerade`,
    '  }',
    '}',
  ]
  await writeFile(mark(paths), '')
  await run(['nft', '-f', '-'], { input: `${rules.join('\n')}\n` })
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1')
}

/** Removes the rules of {@link enableNat}; forwarding stays as it is, others may have come to need it. */
export async function disableNat(paths: StatePaths): Promise<void> {
  const enabled = await access(mark(paths)).then(
    () => true,
    () => false,
  )
  if (!enabled) return
  await run([...(await enterNetwork(paths)), 'nft', 'delete', 'table', 'ip', table], { acceptCodes: [0, 1] })
  await rm(mark(paths), { force: true })
}
