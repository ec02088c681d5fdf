import { describeFabric } from '../driver.contract.ts'
import { createSimulatedFabric } from './fabric.ts'

describeFabric('the simulated fabric', async () => {
  const fabric = createSimulatedFabric({ hosts: () => ['host1'] })
  return { fabric, host: 'host1', plug: async () => undefined, close: async () => fabric.close() }
})
