import { sha256 } from '../../lib/canonical.ts';
import type { PlanItem, Step } from '../../lib/command.ts';
import { wishFile } from '../unit-steps.ts';
import { IS_ENABLED, type KongFacts } from './facts.ts';
import { CONF, DROP_IN, DROP_IN_TEXT } from './settings.ts';

/** kong.conf and the drop-in of the unit. */
export function planSettings({ conf, dropIn }: KongFacts, wanted: string): PlanItem[] {
  return [
    wishFile({ name: 'Kong settings', path: CONF, content: wanted, before: conf }),
    wishFile({
      name: 'Kong unit: started again when it ends',
      path: DROP_IN,
      content: DROP_IN_TEXT,
      before: dropIn,
    }),
  ];
}

/** Names all that the running Kong read when it was started, but for the configuration, which it loads without a start. */
export function startId(version: string, conf: string): string {
  return sha256(JSON.stringify([version, conf, DROP_IN_TEXT]));
}

/** Installing may have enabled it. */
export function planBoot({ enabled }: KongFacts): PlanItem[] {
  if (enabled) return [{ name: 'Kong at boot', settled: true, detail: 'enabled' }];
  return [{ ...systemctl('Start Kong at every boot', ['enable', 'kong']), guard: IS_ENABLED }];
}

export function reloadUnits(): Step {
  return systemctl('Let systemd read the unit anew', ['daemon-reload']);
}

export function restart(name: string): Step {
  return systemctl(name, ['restart', 'kong']);
}

function systemctl(name: string, words: readonly string[]): Step {
  return { name, effect: 'change', action: { verb: 'run', argv: ['systemctl', ...words] }, timeoutS: 120 };
}
