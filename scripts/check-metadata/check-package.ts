import type { Finding } from './finding.ts';
import { loadPackage, type MetadataPackage } from './load-package.ts';
import { checkAppsAndTabs } from './rules/apps-and-tabs.ts';
import { checkCompactLayouts } from './rules/compact-layouts.ts';
import { checkContract } from './rules/contract.ts';
import { checkEventChannels } from './rules/event-channels.ts';
import { checkFieldShapes } from './rules/field-shape.ts';
import { checkFlowConditions } from './rules/flow-conditions.ts';
import { checkFlowConnectors } from './rules/flow-connectors.ts';
import { checkFlowFormulas } from './rules/flow-formulas.ts';
import { checkFlowReferences } from './rules/flow-references.ts';
import { checkFlowTriggers } from './rules/flow-triggers.ts';
import { checkFormulaFields } from './rules/formula-fields.ts';
import { checkLayouts } from './rules/layouts.ts';
import { checkLightningComponents } from './rules/lightning-components.ts';
import { checkListViews } from './rules/list-views.ts';
import { checkMetadataRows } from './rules/metadata-rows.ts';
import { checkNamesAndLengths } from './rules/names-and-lengths.ts';
import { checkObjectShapes } from './rules/object-shape.ts';
import { checkPermissionSets } from './rules/permission-sets.ts';
import { checkQuickActions } from './rules/quick-actions.ts';
import { checkRelayNames } from './rules/relay-names.ts';
import { checkRelayPermissions } from './rules/relay-permissions.ts';
import { checkReportTypes } from './rules/report-types.ts';
import { checkReports } from './rules/reports.ts';
import { checkXmlStructure } from './rules/xml-structure.ts';

const RULES: ((loaded: MetadataPackage) => Finding[])[] = [
  checkXmlStructure,
  checkNamesAndLengths,
  checkObjectShapes,
  checkFieldShapes,
  checkFormulaFields,
  checkFlowConnectors,
  checkFlowConditions,
  checkFlowReferences,
  checkFlowFormulas,
  checkFlowTriggers,
  checkPermissionSets,
  checkRelayPermissions,
  (loaded) => checkRelayNames(loaded),
  checkMetadataRows,
  checkListViews,
  checkLayouts,
  checkEventChannels,
  checkLightningComponents,
  checkQuickActions,
  checkCompactLayouts,
  checkReportTypes,
  checkReports,
  checkAppsAndTabs,
];

/**
 * Runs our own rules over a directory in source format: what neither the converter nor the flow scanner sees.
 * @throws Error when the directory does not exist.
 */
export function checkPackage(directory: string): Finding[] {
  const loaded = loadPackage(directory);
  // What hangs on a file that cannot be read would be named too, and hide the cause.
  if (loaded.broken.length > 0) return loaded.broken;
  const refused = RULES.flatMap((rule) => rule(loaded));
  // A file that an org refuses for its shape needs no second finding for the same slip.
  const files = new Set(refused.map((finding) => finding.file));
  return [...refused, ...checkContract(loaded).filter((finding) => !files.has(finding.file))];
}
