import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startImages, type TestImages } from '../testing/images.ts'

let images: TestImages
beforeAll(async () => {
  images = await startImages()
})
afterAll(() => images.services.stop())
const client: TestImages['client'] = (...args) => images.client(...args)
const createId: TestImages['createId'] = (...args) => images.createId(...args)

describe('visibility', () => {
  it('hides the private, shows the public, and shares with members who accept', async () => {
    const secret = await createId({ visibility: 'private', name: 'v-private' })
    const open = await createId({ visibility: 'public', name: 'v-public' }, 'admin')
    const community = await createId({ visibility: 'community', name: 'v-community' })
    const shared = await createId({ name: 'v-shared' })
    const sees = async (id: string): Promise<number> =>
      (await client('GET', `/v2/images/${id}`, { token: 'other-member' })).status
    expect([await sees(secret), await sees(open), await sees(community), await sees(shared)]).toEqual([
      404, 200, 200, 404,
    ])
    const lists = async (query: string): Promise<string[]> => {
      const { body } = await client('GET', `/v2/images?name=in:v-private,v-public,v-community,v-shared${query}`, {
        token: 'other-member',
      })
      return [...JSON.stringify(body).matchAll(/"name":"(v-\w+)"/g)].map(([, name]) => name ?? '').sort()
    }
    expect(await lists('')).toEqual(['v-public'])
    expect(await lists('&visibility=community')).toEqual(['v-community'])
    expect(await lists('&visibility=all')).toEqual(['v-community', 'v-public'])
    const members = `/v2/images/${shared}/members`
    expect(
      (await client('POST', members, { body: { member: 'other-project-id' }, token: 'member' })).body,
    ).toMatchObject({
      member_id: 'other-project-id',
      image_id: shared,
      status: 'pending',
      schema: '/v2/schemas/member',
    })
    expect(await sees(shared)).toBe(200)
    expect(await lists('')).toEqual(['v-public'])
    expect(await lists('&member_status=pending')).toEqual(['v-public', 'v-shared'])
    const accept = (token: string, status: string) =>
      client('PUT', `${members}/other-project-id`, { body: { status }, token })
    expect((await accept('member', 'accepted')).status).toBe(403)
    expect((await accept('other-member', 'maybe')).status).toBe(400)
    expect((await accept('other-member', 'accepted')).body).toMatchObject({ status: 'accepted' })
    expect(await lists('')).toEqual(['v-public', 'v-shared'])
    expect((await client('POST', members, { body: { member: 'other-project-id' }, token: 'member' })).status).toBe(409)
    expect((await client('POST', members, { body: {}, token: 'member' })).status).toBe(400)
    expect((await client('POST', members, { body: { member: 'x' }, token: 'other-member' })).status).toBe(403)
    expect((await client('GET', members, { token: 'other-member' })).body).toMatchObject({
      members: [{ status: 'accepted' }],
    })
    expect((await client('GET', `/v2/images/${open}/members`, { token: 'member' })).status).toBe(403)
    expect((await client('GET', `${members}/nobody`, { token: 'member' })).status).toBe(404)
    expect((await client('DELETE', `${members}/other-project-id`, { token: 'other-member' })).status).toBe(403)
    expect((await client('DELETE', `${members}/other-project-id`, { token: 'member' })).status).toBe(204)
    expect(await sees(shared)).toBe(404)
  })
})
