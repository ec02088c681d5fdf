import { badRequest } from '#platform/errors.ts'
import { propertiesOf } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { signatureProblem } from '../rules/signature.ts'

/**
 * Refuses data that nothing here can verify, before any of it comes.
 * @param more properties that the image is about to get
 * @throws badRequest
 */
export const refuseSigned = (image: ImageRow, more: Readonly<Record<string, string>> = {}): void => {
  const problem = signatureProblem({ ...propertiesOf(image), ...more })
  if (problem !== undefined) throw badRequest(`Signature verification failed for image ${image.id}: ${problem}`)
}
