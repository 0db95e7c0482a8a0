import { benchBundle } from './bundle.ts';
import { benchDeploys } from './deploys.ts';
import { benchRecipes } from './recipes.ts';

// Figures, not tests: they are printed, and the limits that the project sets itself stand beside them.
await benchDeploys();
await benchRecipes();
await benchBundle();
