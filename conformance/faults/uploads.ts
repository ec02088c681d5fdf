// Uploads that are cut off: the image can be uploaded again, and no part of it stays.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, expectThat, until } from '../tally.ts'
import { crash, createImage, guestFile, recover, type Site, sleep } from './site.ts'

const slow = 200_000

export async function cutUploads({ cloud, api, imageId }: Site, check: Check): Promise<void> {
  const statusOf = async (id: string): Promise<unknown> => {
    const { body } = await api.call('GET', `image/images/${id}`)
    return typeof body === 'object' && body !== null && 'status' in body ? body.status : body
  }
  /** Files that are no finished image. */
  const parts = (): string[] =>
    readdirSync(join(cloud.state, 'images'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== imageId)
      .map((entry) => entry.name)
  const isQueuedAgain = async (id: string): Promise<void> => {
    await until('queued', 20, async () => (await statusOf(id)) === 'queued')
    await until('no file', 5, async () => parts().length === 0)
  }
  const uploadsAfterAll = async (id: string): Promise<void> => {
    await api.upload(`image/images/${id}/file`, guestFile(cloud), 1_000_000_000, 60)
    expectThat((await statusOf(id)) === 'active', `${String(await statusOf(id))} after the second upload`)
    await api.call('DELETE', `image/images/${id}`)
  }
  await check('the client dies in the middle of an upload', async () => {
    const id = await createImage(api, 'cut')
    await api.upload(`image/images/${id}/file`, guestFile(cloud), slow, 2)
    await isQueuedAgain(id)
    await uploadsAfterAll(id)
  })
  await check('the controller dies in the middle of an upload', async () => {
    const id = await createImage(api, 'crash')
    const upload = api.upload(`image/images/${id}/file`, guestFile(cloud), slow, 20)
    await sleep(1000)
    expectThat((await statusOf(id)) === 'saving' && parts().length === 1, `not under way: ${parts().join()}`)
    crash(cloud, 'controller')
    await upload
    await recover(cloud)
    await isQueuedAgain(id)
    await uploadsAfterAll(id)
  })
}
