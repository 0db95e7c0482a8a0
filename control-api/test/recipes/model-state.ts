export interface ModelContainer {
  image: string;
  labels: Record<string, string>;
  status: 'running' | 'exited' | 'created';
  restarts: number;
  /** Of the host. */
  port?: number;
  /** Names by which others find it on the network of switches. */
  aliases?: string[];
}

/** A host as far as the recipes can tell one from another. */
export interface ModelState {
  memoryMb: number;
  swapMb: number;
  cloudInit: 'done' | 'running';
  dpkgAudit: string;
  packages: string[];
  files: Record<string, string>;
  engine: { enabled: boolean; active: boolean; liveRestore: boolean };
  network: boolean;
  /** Networks beside the usual one. */
  networks?: string[];
  /** Ports that other programs listen on. */
  foreignPorts?: number[];
  /** `repository@sha256:...` */
  images: string[];
  containers: Record<string, ModelContainer>;
  kong?: ModelKong;
  opensearch?: ModelOpensearch;
}

/** The world outside the host: what a tag stands for now, and which images work. */
export interface ModelWorld {
  tags: Record<string, string>;
  isHealthy(image: string): boolean;
}

export const engineAnswers = ({ packages, engine }: ModelState) =>
  (packages.includes('docker.io') || packages.includes('docker-ce')) && engine.active;

/** Kong on a model host: its package, its unit, and what the running one has read. */
export interface ModelKong {
  /** Version of the package; null when it is not installed. */
  version: string | null;
  enabled: boolean;
  active: boolean;
  /** The drop-in as systemd has read it. */
  dropIn: string;
  /** What the running one was started with. */
  startedWith: string;
  /** Text of the configuration that the running one has loaded. */
  loaded: string;
  /** A program that listens on port 80. */
  portHolder: string | null;
}

/** OpenSearch on a model host: its package, its unit, and what the running one has read. */
export interface ModelOpensearch {
  version: string;
  /** dpkg's abbreviation; '' when there is no package. */
  status: '' | 'ii' | 'iU' | 'iF';
  /** The version that was configured before; '' at a first installation. */
  configured: string;
  held: boolean;
  enabled: boolean;
  active: boolean;
  plugins: string[];
  /** The drop-in as systemd has read it. */
  dropIn: string;
  /** What the running one was started with. */
  startedWith: string;
  /** The hash of admin's password in the plugin's own index; null before the first start with security. */
  passwordHash: string | null;
  maxMapCount: number;
  /** Whether the package's script may set vm.max_map_count. */
  scriptSetsMaps: boolean;
}
