// Images as RBD images of a Ceph pool, each with a protected snapshot `snap` that volumes and guests clone. Data comes in
// under a name of its own; the image has its name only once all of it is there and protected. What is removed goes through the
// trash of the pool: somebody may read it still, and RBD gives zeros for what is gone.
import { spawn } from 'node:child_process'
import { PassThrough, Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { run, RunError } from '#lib/exec/run.ts'
import { newHexId } from '#platform/ids.ts'
import { type ImageStore, isObjectName, StoreError, type StoreIdentity } from '../driver.ts'
import { pickRange } from '../pick-range.ts'
import { readObjects } from './read-objects.ts'

const SNAPSHOT = 'snap'
const DRAFT = /^[0-9a-f-]{36}\.incoming\.[0-9a-f]+$/
const MIB = 1024 * 1024
/** How long what was removed can be read on. */
const TRASH = '10 minutes'
/** Ceph that does not answer must not keep a request for ever. */
const TIMEOUT_MS = 60_000
const END_MS = 10_000

/** Exit codes of rbd: errno. */
const ENOENT = 2
const EBUSY = 16
const EEXIST = 17
const EINVAL = 22
const ENOSPC = 28

const info = Type.Object({
  size: Type.Integer(),
  format: Type.Integer(),
  object_size: Type.Integer(),
  block_name_prefix: Type.String(),
  modify_timestamp: Type.Optional(Type.String()),
  data_pool: Type.Optional(Type.String()),
  stripe_count: Type.Optional(Type.Integer()),
  parent: Type.Optional(Type.Unknown()),
})
const names = Type.Array(Type.String())
const trash = Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))

/** Options of the store, as Glance calls them; `rbd_store_chunk_size` in MiB. */
export type RbdOptions = {
  readonly rbd_store_pool: string
  readonly rbd_store_user: string
  readonly rbd_store_ceph_conf: string
  readonly rbd_store_chunk_size: number
}

/** A store in a pool that exists; nothing is asked of Ceph yet. @param fsid of the cluster, for locations */
export const createRbdStore = (identity: StoreIdentity, options: RbdOptions, fsid: string): ImageStore => {
  const { rbd_store_pool: pool, rbd_store_chunk_size: chunk } = options
  const prefix = `rbd://${fsid}/${encodeURIComponent(pool)}/`
  const access = [
    '--conf',
    options.rbd_store_ceph_conf,
    ...(options.rbd_store_user === '' ? [] : ['--id', options.rbd_store_user]),
  ]
  const rbd = (...args: readonly string[]): readonly [string, ...string[]] => [
    'rbd',
    ...access,
    '--pool',
    pool,
    ...args,
  ]
  const ask = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run(rbd(...args), { timeoutMs: TIMEOUT_MS })).stdout
    } catch (error) {
      throw toStoreError(error)
    }
  }
  /** As `ask`, but undefined where what it is about is not there. */
  const askIfThere = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      return (await run(rbd(...args), { timeoutMs: TIMEOUT_MS })).stdout
    } catch (error) {
      if (codeOf(error) === ENOENT) return undefined
      throw toStoreError(error)
    }
  }
  const infoOf = async (name: string): Promise<Static<typeof info> | undefined> => {
    const text = await askIfThere('info', '--format', 'json', '--image', name)
    return text === undefined ? undefined : Value.Parse(info, JSON.parse(text))
  }
  const snapOf = (name: string): string[] => ['--image', name, '--snap', SNAPSHOT]

  /** Takes the snapshot away. @throws StoreError in-use where it has clones */
  const unprotect = async (name: string): Promise<void> => {
    try {
      await run(rbd('snap', 'unprotect', ...snapOf(name)), { timeoutMs: TIMEOUT_MS })
    } catch (error) {
      const code = codeOf(error)
      if (code === EBUSY) throw new StoreError('in-use', `The image ${name} has clones.`, error)
      // It is not protected, or not there: what killed an earlier try has left it so.
      if (code !== EINVAL && code !== ENOENT) throw toStoreError(error)
    }
    await askIfThere('snap', 'rm', ...snapOf(name))
  }
  const dropDraft = async (draft: string): Promise<void> => {
    await unprotect(draft)
    await askIfThere('rm', '--no-progress', '--image', draft)
  }
  const remove = async (name: string): Promise<void> => {
    if ((await infoOf(name)) === undefined) return
    await unprotect(name)
    await askIfThere('trash', 'move', '--image', name, '--expires-at', TRASH)
  }

  return {
    ...identity,
    type: 'rbd',
    isReadOnly: false,
    properties: {
      chunk_size: chunk * MIB,
      pool,
      // rbd leaves out what is empty.
      thin_provisioning: true,
      fsid: fsid === '' ? null : fsid,
    },
    pathOf: () => undefined,
    write: async (name, source) => {
      if (!isObjectName(name)) throw new Error(`not the name of an object: ${name}`)
      const draft = `${name}.incoming.${newHexId().slice(0, 12)}`
      try {
        await feed(
          rbd('import', '--no-progress', '--image-format', '2', '--object-size', `${chunk}M`, '-', draft),
          source,
        )
        await ask('snap', 'create', ...snapOf(draft))
        await ask('snap', 'protect', ...snapOf(draft))
        await remove(name)
        await ask('rename', '--image', draft, '--dest', name)
      } catch (error) {
        // Whatever cannot be removed now is found by the sweep.
        await dropDraft(draft).catch(() => undefined)
        throw toStoreError(error)
      }
    },
    read: async (name, range) => {
      const facts = await infoOf(name)
      if (facts === undefined) return undefined
      if (facts.size === 0) return Readable.from([])
      if (range !== undefined && isPlain(facts)) {
        const rados = ['rados', ...access, '--pool', facts.data_pool ?? pool] as const
        const map = { prefix: facts.block_name_prefix, objectSize: facts.object_size }
        const part = { start: range.start, end: Math.min(range.end, facts.size - 1) }
        return Readable.from(readObjects(rados, map, part), { objectMode: false })
      }
      const data = drain(rbd('export', '--no-progress', '--image', name, '-'))
      return range === undefined ? data : pickRange(data, range)
    },
    sizeOf: async (name) => (await infoOf(name))?.size,
    list: async () => Value.Parse(names, JSON.parse(await ask('ls', '--format', 'json'))).filter(isObjectName),
    remove,
    sweep: async (before) => {
      const drafts = Value.Parse(names, JSON.parse(await ask('ls', '--format', 'json'))).filter((name) =>
        DRAFT.test(name),
      )
      for (const draft of drafts) {
        const facts = await infoOf(draft)
        // Ceph writes the time of its own zone, in the form of ctime.
        if (facts === undefined || Date.parse(facts.modify_timestamp ?? '') >= before) continue
        // Ceph takes a killed client for alive for half a minute: the next sweep finds the draft again.
        await dropDraft(draft).catch((error: unknown) => {
          if (!(error instanceof StoreError) || error.kind !== 'in-use') throw error
        })
      }
      const gone = Value.Parse(trash, JSON.parse(await ask('trash', 'ls', '--format', 'json')))
      for (const { id, name } of gone.filter((each) => isObjectName(each.name))) {
        // Refused while its time has not come.
        await run(rbd('trash', 'rm', '--no-progress', '--image-id', id), {
          acceptCodes: [0, 1, ENOENT, EBUSY],
          timeoutMs: TIMEOUT_MS,
        }).catch((error: unknown) => {
          throw new StoreError('away', `The image ${name} stays in the trash.`, error)
        })
      }
    },
    isInUse: async (name) => {
      const children = await askIfThere('children', '--format', 'json', ...snapOf(name))
      return children !== undefined && Value.Parse(Type.Array(Type.Unknown()), JSON.parse(children)).length > 0
    },
    urlOf: (name) => `${prefix}${name}/${SNAPSHOT}`,
    nameOf: (url) => {
      if (!url.startsWith(prefix)) return undefined
      const [name = '', snapshot, ...more] = url.slice(prefix.length).split('/')
      const isName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)
      return isName && snapshot === SNAPSHOT && more.length === 0 ? name : undefined
    },
  }
}

/** Whether each object holds the bytes that its number says: others put images there that are clones, or striped. */
const isPlain = ({ format, stripe_count: stripes = 1, parent }: Static<typeof info>): boolean =>
  format === 2 && stripes === 1 && parent === undefined

/** The id of the cluster that a configuration leads to. */
export const fsidOf = async ({ rbd_store_ceph_conf: conf, rbd_store_user: user }: RbdOptions): Promise<string> => {
  const argv = [
    'ceph',
    '--conf',
    conf,
    ...(user === '' ? [] : ['--id', user]),
    '--connect-timeout',
    '10',
    'fsid',
  ] as const
  try {
    return (await run([...argv], { timeoutMs: 20_000 })).stdout.trim()
  } catch (error) {
    throw toStoreError(error)
  }
}

const codeOf = (error: unknown): number | undefined => (error instanceof RunError ? error.code : undefined)

const toStoreError = (error: unknown): unknown => {
  if (!(error instanceof RunError)) return error
  if (error.code === ENOSPC) return new StoreError('full', 'There is no room left in the Ceph cluster.', error)
  if (error.code === EBUSY) return new StoreError('in-use', 'The image is in use.', error)
  if (error.code === 1 || error.code === 13) return new StoreError('denied', 'Ceph does not permit it.', error)
  return new StoreError('away', error.code === EEXIST ? 'Another upload was faster.' : 'Ceph does not answer.', error)
}

/** Runs a program whose input is the source. @throws RunError, or what the source throws */
const feed = async (argv: readonly [string, ...string[]], source: AsyncIterable<Uint8Array>): Promise<void> => {
  const [file, ...args] = argv
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'] })
  const errors: Buffer[] = []
  child.stderr.on('data', (part: Buffer) => errors.length < 64 && errors.push(part))
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  // The program may end before it has read everything: its exit code tells why.
  child.stdin.on('error', () => undefined)
  try {
    for await (const piece of source) {
      const isTaken = await new Promise<boolean>((resolve) => {
        child.stdin.write(piece, (error) => resolve(error === null || error === undefined))
      })
      if (!isTaken) break
    }
  } catch (error) {
    // Killed, it would hold what it has begun for half a minute more: it ends with what has come.
    child.stdin.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS)
    await ended
    clearTimeout(timer)
    throw error
  }
  child.stdin.end()
  const code = await ended
  if (code !== 0) {
    const text = Buffer.concat(errors).toString()
    throw new RunError(argv, code === null ? 'killed' : 'exit', code ?? undefined, '', text)
  }
}

/** What a program writes; an error in the end where it fails. Destroyed, it ends the program. */
const drain = (argv: readonly [string, ...string[]]): Readable => {
  const [file, ...args] = argv
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const out = new PassThrough({ highWaterMark: MIB })
  child.stdout.pipe(out, { end: false })
  child.once('error', (error) => out.destroy(error))
  child.once('close', (code) => {
    if (code === 0) out.end()
    else
      out.destroy(new StoreError('away', 'Ceph has broken off.', new RunError(argv, 'exit', code ?? undefined, '', '')))
  })
  out.once('close', () => child.kill('SIGKILL'))
  return out
}
