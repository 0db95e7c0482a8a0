import { createGatewayConfigs, type GatewayConfigs } from '../../../src/operations/hosts/gateway-config.ts';

const unasked = async () => {
  throw new Error('with a file of the operator’s own nothing else is read');
};

/** The gateway's configuration as it is with KONG_CONFIG: this text, in /etc/ours/kong.yml. */
export function ownGatewayConfig(text: string): GatewayConfigs {
  return createGatewayConfigs({
    manifests: { read: unasked },
    secretsFile: { path: '/data/secrets.yaml', read: unasked, setConsumers: unasked },
    certificates: { list: unasked },
    lightsail: { instance: unasked },
    ownFile: { path: '/etc/ours/kong.yml', read: async () => text },
  });
}
