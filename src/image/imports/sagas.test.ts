import { gzipSync } from 'node:zlib'
import { it } from 'vitest'
import { failEachStep, killAtEachStep, killAtEachUndo } from '#platform/testing/sagas.ts'
import { DATA } from '../testing/images.ts'
import { importTrial, withImportSaga } from '../testing/imports.ts'

// Everything on the way but conversion, which needs QEMU's own program: see `plugins/convert.real.test.ts`.
const trial = importTrial({
  settings: {
    image_import_opts: { image_import_plugins: ['image_decompression', 'inject_image_metadata'] },
    inject_metadata_properties: { inject: { injected: 'yes' }, ignore_user_roles: [] },
  },
  format: 'raw',
  data: gzipSync(DATA),
  done: { size: DATA.length, injected: 'yes' },
})

it('an import that fails in any step is taken back', () => withImportSaga((saga) => failEachStep(saga, trial)))
it('an import that is killed in any step goes on', () => withImportSaga((saga) => killAtEachStep(saga, trial)))
it('an import that is killed while it is undone is undone', () => withImportSaga((saga) => killAtEachUndo(saga, trial)))
