import { measure, must } from '../load.ts'
import { idIn, type Phases } from './phase.ts'

const images = 200

/** 200 images of 1 KiB made and uploaded, and listed. The unit of the first is an image: two requests. */
export const imagePhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('image')}/v2/images`
  await note(`image_create_upload_x${images}`, () =>
    measure(pids, { concurrency: 4, seconds: 120, count: images, warm: 0 }, async (index) => {
      const made = await must('POST', url, {
        token,
        body: { name: `bench-img-${index}`, disk_format: 'raw', container_format: 'bare' },
      })
      await must('PUT', `${url}/${idIn(made.text)}/file`, { token, body: Buffer.alloc(1024, index) })
    }),
  )
  for (const concurrency of [1, 4]) {
    await note(`image_list_${images}_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, warm: 20 }, () => must('GET', `${url}?limit=${images}`, { token })),
    )
  }
}
