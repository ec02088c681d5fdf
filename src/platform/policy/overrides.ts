import { parse } from 'yaml'
import { type CheckSource, PolicyError } from './check.ts'
import { isRecord } from './template.ts'

/**
 * Reads the operator's `policy.yaml` (or JSON, which YAML includes): a mapping from rule names to checks.
 * An empty file overrides nothing. Throws PolicyError where it is not such a mapping.
 */
export function readPolicyOverrides(text: string): Readonly<Record<string, CheckSource>> {
  const content: unknown = parseYaml(text)
  if (content === null || content === undefined) return {}
  if (!isRecord(content)) throw new PolicyError('the policy file is not a mapping of rule names to checks')
  const overrides: Record<string, CheckSource> = {}
  for (const [name, value] of Object.entries(content)) {
    if (!isCheckSource(value)) throw new PolicyError(`policy rule ${name} is neither text nor lists of text`)
    overrides[name] = value
  }
  return overrides
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new PolicyError(`the policy file cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function isCheckSource(value: unknown): value is CheckSource {
  if (typeof value === 'string') return true
  return Array.isArray(value) && value.every((item) => typeof item === 'string' || isTextList(item))
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
