export const VERSION = '3.9.3';
