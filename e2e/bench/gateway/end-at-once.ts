/** Loaded into a service before its own program: what one without drain does, which ends while requests are under way. */
process.prependListener('SIGTERM', () => process.exit(0));
