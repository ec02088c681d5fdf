// Everything dies at the worst moment, on a real cloud: nothing may be lost, stuck or left behind.
import { startCloud } from '../cloud.ts'
import { createChecks, type Tally } from '../tally.ts'
import { createApi } from './api.ts'
import { crashUnderGuest } from './daemons.ts'
import { seeTheDoctor } from './doctor.ts'
import { loseAll } from './power.ts'
import { crashDuringServers } from './servers.ts'
import { prepareSite } from './site.ts'
import { cutUploads } from './uploads.ts'

export async function runFaults(): Promise<Tally> {
  const { check, tally } = createChecks()
  const cloud = await startCloud('real')
  try {
    const site = await prepareSite(cloud, await createApi(cloud))
    await cutUploads(site, check)
    await crashUnderGuest(site, check)
    await crashDuringServers(site, check)
    await loseAll(site, check)
    await seeTheDoctor(site, check)
  } finally {
    await cloud.down()
  }
  return tally()
}
