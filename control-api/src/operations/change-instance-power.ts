import type { Instance } from '../schemas/lightsail.ts';
import type { NamedInstanceBody } from '../schemas/lightsail-changes.ts';
import type { Lightsail } from '../services/lightsail.ts';
import { commandStep } from './cloud-command.ts';
import { type CloudItem, cloudPlan } from './cloud-steps.ts';
import { awaitState, lookAtState, settleFirst, stateWaitS } from './instance-states.ts';
import { type InstanceTarget, present, resolveInstance } from './instance-target.ts';
import { awaitInstance, type InstanceWatch } from './instance-waits.ts';
import type { Context, Operation } from './operation.ts';

type Dependencies = InstanceWatch & { lightsail: Lightsail };

const deadlineS = 300;

/** Starts an instance that is stopped, and waits until its SSH server shows the pinned key. */
export function startInstanceOperation(dependencies: Dependencies): Operation<NamedInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.start',
    deadlineS,
    target: (input) => resolveInstance(lightsail, input),
    async plan(input, context, target) {
      const instance = present(target);
      const { name, state, is_static_ip } = instance;
      const there = state === 'running' || state === 'pending';
      const act = there
        ? [settled(`Start ${name}`, instance)]
        : [
            ...settleFirst(instance, context, dependencies),
            power(`Start ${name}`, ['pending', 'running'], lightsail.startInstance, instance, context, dependencies),
          ];
      const wait = { ...input, after: 'it was started', wait_seconds: stateWaitS };
      const moved = is_static_ip ? '' : '; its public address is a new one, as it has no static IP';
      const so = `${name} ${state === 'running' ? 'runs' : 'is on its way'}`;
      return cloudPlan({
        items: [...act, ...awaitInstance(wait, instance.ip_address_type, context, dependencies)],
        preview: {
          message: there ? `${so}; nothing would be changed.` : `${name} would be started${moved}.`,
          result: { instance },
        },
        async conclude(changed) {
          const now = (await lightsail.instance(instance.region, name)) ?? instance;
          const at = now.public_ip === null ? '' : ` at ${now.public_ip}`;
          const done = changed ? `was started${moved}` : 'runs, nothing was changed';
          return { message: `${name} ${done}: ${now.state}${at}.`, result: { instance: now } };
        },
      });
    },
  };
}

/** Stops an instance. It goes on costing what it costs. */
export function stopInstanceOperation(dependencies: Dependencies): Operation<NamedInstanceBody, InstanceTarget> {
  const { lightsail } = dependencies;
  return {
    name: 'instance.stop',
    deadlineS,
    target: (input) => resolveInstance(lightsail, input),
    async plan(_, context, target) {
      const instance = present(target);
      const { name, state } = instance;
      const there = state === 'stopped' || state === 'stopping';
      const act = there
        ? [settled(`Stop ${name}`, instance)]
        : [
            ...settleFirst(instance, context, dependencies),
            power(`Stop ${name}`, ['stopping', 'stopped'], lightsail.stopInstance, instance, context, dependencies),
          ];
      const rest = state === 'stopped' ? [] : [awaitState('stopped', instance, context, dependencies)];
      const costs = costWord(instance);
      return cloudPlan({
        items: [...act, ...rest],
        preview: {
          message: there ? `${name} is ${state}; nothing would be changed.` : `${name} would be stopped; ${costs}.`,
          result: { instance },
        },
        async conclude(changed) {
          const now = (await lightsail.instance(instance.region, name)) ?? instance;
          const done = changed ? 'was stopped' : 'is stopped, nothing was changed';
          return { message: `${name} ${done}; ${costs}.`, result: { instance: now } };
        },
      });
    },
  };
}

function settled(name: string, { state }: Instance): CloudItem {
  return { name, settled: true, detail: `it is ${state}` };
}

/** A command that sets out for the first of some states; one that is on its way there already needs none. */
function power(
  name: string,
  towards: readonly string[],
  send: Lightsail['startInstance'],
  instance: Instance,
  context: Context,
  dependencies: Dependencies,
): CloudItem {
  const { region, name: instance_name } = instance;
  const command = {
    name,
    action: { region, instance_name },
    send: () => send(region, instance_name),
    look: () => lookAtState(towards, instance, dependencies.lightsail),
  };
  return commandStep(command, context, dependencies);
}

function costWord({ monthly_usd, is_static_ip }: Instance): string {
  const price = monthly_usd === null ? 'as much as before' : `${monthly_usd} USD a month`;
  const address = is_static_ip ? '' : ', and gets another public address when it is started';
  return `it goes on costing ${price} until it is deleted${address}`;
}
