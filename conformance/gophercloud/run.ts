// The acceptance tests of gophercloud, what Terraform talks through, which Debian ships with it, on a simulated cloud.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { startCloud } from '../cloud.ts'
import { image, makeDevstack } from '../devstack.ts'
import { createOpenStack } from '../openstack.ts'
import { add, nothing, type Tally } from '../tally.ts'

/** Where Debian puts what Go builds from. */
export const goPath = '/usr/share/gocode'
export const gophercloud = 'github.com/gophercloud/gophercloud'

/**
 * What is run, by package: a regular expression over names, as Go has no other way to leave some out. Left out are those of what
 * docs/gaps.md names; TestRolesFilterList, which looks for a role of a domain where Keystone lists those of none;
 * TestApplicationCredentialsAccessRules, which counts on access rules in the order of their making; TestLayer3ExternalRouterCreateDelete,
 * which expects an address that was dealt to be empty; TestImageStage, which fetches a disk from afar; TestServersActionReboot,
 * which waits to see a simulated server reboot; and bindings and MTUs of ports, which follow older rules and VXLAN's overhead.
 */
const packages: Readonly<Record<string, string>> = {
  'identity/v3':
    '^Test(ApplicationCredentialsCRD|Credentials|Domains|EC2|Endpoints|Groups?|OAuth1|Policies|Projects?|Regions|Roles(List|Get|CRUD)|Role(List|Assign)|Services|Tokens|Trust|Users?|ReAuth)',
  'imageservice/v2': '^Test(Images|Image(Import|Data)|Tasks|GetImport)',
  'placement/v1': '.',
  'networking/v2': '.',
  'networking/v2/extensions': '.',
  'networking/v2/extensions/layer3': '^TestLayer3(FloatingIPs|Router)',
  'networking/v2/extensions/subnetpools': '.',
  'networking/v2/extensions/quotas': '.',
  'networking/v2/extensions/networkipavailabilities': '.',
  'compute/v2':
    '^Test(Aggregates|AttachDetach|AvailabilityZones|BootFromImage|Extensions|Flavors|Hypervisors|InstanceActions|Keypairs|Limits|SecGroups|Usage|Servergroups(Create|Microversion)|Server(NoNetwork|s(Create|With|Metadata|Tags|Console|Update|ActionPause|ActionSuspend))|Services)',
}

export async function runGophercloud(): Promise<Tally> {
  const cloud = await startCloud('simulated')
  const work = join(cloud.state, 'gophercloud')
  mkdirSync(work)
  try {
    await makeDevstack(cloud, work)
    const { list } = createOpenStack(cloud)
    const idOf = async (kind: string, name: string): Promise<string> =>
      String((await list(kind, 'list')).find((row) => row['Name'] === name)?.['ID'])
    const env = {
      GOPATH: goPath,
      GO111MODULE: 'off',
      GOCACHE: join(work, 'cache'),
      CGO_ENABLED: '0',
      OS_DOMAIN_NAME: 'Default',
      OS_REGION_NAME: 'RegionOne',
      OS_FLAVOR_ID: await idOf('flavor', 'ds512M'),
      OS_FLAVOR_ID_RESIZE: await idOf('flavor', 'ds1G'),
      OS_IMAGE_ID: await idOf('image', image),
      OS_NETWORK_NAME: 'private',
      OS_EXTGW_ID: await idOf('network', 'public'),
      OS_POOL_NAME: 'public',
    }
    let total = nothing
    for (const [name, tests] of Object.entries(packages)) {
      const test = ['go', 'test', '-v', '-timeout', '10m', '-tags', 'fixtures acceptance', '-run', tests]
      const ran = await cloud.run([...test, `${gophercloud}/acceptance/openstack/${name}`], {
        env,
        timeoutMs: 11 * 60_000,
      })
      total = add(total, tallyOf(name, ran.stdout + ran.stderr))
    }
    return total
  } finally {
    await cloud.down()
  }
}

/** Counts the tests of a package; one that ran none has failed. */
function tallyOf(name: string, output: string): Tally {
  const count = (word: string): number => output.match(new RegExp(`^--- ${word}: `, 'gm'))?.length ?? 0
  const [passed, failed, skipped] = [count('PASS'), count('FAIL'), count('SKIP')]
  process.stdout.write(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  for (const [, test] of output.matchAll(/^--- FAIL: (\S+)/gm))
    process.stdout.write(`FAIL  gophercloud ${test ?? ''}\n`)
  if (failed > 0 || passed === 0) process.stdout.write(`${output.slice(-10_000)}\n`)
  return { passed, skipped, failed: passed === 0 ? Math.max(1, failed) : failed }
}
