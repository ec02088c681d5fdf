import type { Ctx } from '#platform/context.ts'
import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { Change } from '#placement/resource-providers/operations/forest.ts'
import { saveProvider } from '#placement/resource-providers/store/write.ts'
import type { Draft } from '../rules.ts'

/** Providers as they will be at the end of a change, saved once each however often they were touched. */
export type ProviderDraft = Draft & { readonly save: (tx: Ctx) => Promise<void> }

export const createDraft = (change: Change): ProviderDraft => {
  const changed = new Map<string, Provider>()
  return {
    get: (uuid) => changed.get(uuid) ?? change.index.get(uuid),
    put: (provider) => void changed.set(provider.uuid, provider),
    save: async (tx) => {
      for (const [uuid, provider] of changed) await saveProvider(tx, change, change.index.get(uuid), provider)
    },
  }
}
