import { Type } from 'typebox'
import { badRequest } from '#platform/errors.ts'
import { checker, describeIssue } from '#platform/http/validation.ts'
import { refusedBody, schemaViolation } from '../errors.ts'
import { type CreateImage, createImage } from '../images/schemas.ts'

/** What the old way of importing takes: an image is made of it first. */
export type TaskInput = {
  readonly import_from: string
  readonly import_from_format: string
  readonly image_properties: CreateImage
}

const checkTask = checker<{ type: 'import'; input: object }>(
  Type.Object(
    {
      type: Type.Unsafe<'import'>({ type: 'string', enum: ['import'] }),
      input: Type.Unsafe<object>({ type: 'object' }),
    },
    { additionalProperties: false },
  ),
  'body',
)
const checkInput = checker<TaskInput>(
  Type.Object({ import_from: Type.String(), import_from_format: Type.String(), image_properties: createImage }),
  'body',
)

/** What a new task is to import. @throws badRequest */
export const parseTask = (body: unknown): TaskInput => {
  if (typeof body !== 'object' || body === null) throw refusedBody(body)
  for (const name of ['type', 'input']) if (!(name in body)) throw badRequest(`Task '${name}' is required`)
  const { input } = checkTask(body, 0, (issue) => schemaViolation('task', describeIssue(issue)))
  if (!('import_from' in input)) throw badRequest('Invalid location: None')
  return checkInput(input, 0, (issue) => schemaViolation('task', describeIssue(issue)))
}
