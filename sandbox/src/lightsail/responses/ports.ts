import { closePort, openPort, putPorts } from '../firewall.ts';
import { inputs } from '../inputs.ts';
import type { InstanceRow } from '../models.ts';
import { portState } from '../render.ts';
import { type Models, on } from './response.ts';

export function portResponses({ instances, operations, show }: Models) {
  const rule =
    <I extends { instanceName: string }>(type: string, act: (row: InstanceRow, input: I) => void) =>
    (input: I, region: string) => {
      const row = instances.get(region, input.instanceName);
      act(row, input);
      return { operation: show.operation(operations.done(row, type)) };
    };
  return {
    PutInstancePublicPorts: on(
      inputs.ports,
      rule('PutInstancePublicPorts', (row, { portInfos }) => putPorts(row, portInfos)),
    ),
    OpenInstancePublicPorts: on(
      inputs.port,
      rule('OpenInstancePublicPorts', (row, { portInfo }) => openPort(row, portInfo)),
    ),
    CloseInstancePublicPorts: on(
      inputs.port,
      rule('CloseInstancePublicPorts', (row, { portInfo }) => closePort(row, portInfo)),
    ),
    GetInstancePortStates: on(inputs.instance, ({ instanceName }, region) => ({
      portStates: instances.get(region, instanceName).ports.map(portState),
    })),
  };
}
