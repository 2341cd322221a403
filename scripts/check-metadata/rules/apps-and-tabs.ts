import type { Finding } from '../finding.ts';
import { filesOf, type MetadataFile, type MetadataPackage } from '../load-package.ts';
import { repeated } from '../repeated.ts';
import { MOTIF, STANDARD_TABS, TAB_CONTENTS } from '../tables/application-table.ts';
import { child, childrenNamed, textOf, type XmlElement } from '../xml-element.ts';

const TAB_TARGET = 'lightning__Tab';

/** Apps show tabs that are there, each once; a tab shows one thing, a component that is meant for tabs. */
export function checkAppsAndTabs(loaded: MetadataPackage): Finding[] {
  return [
    ...filesOf(loaded, 'app').flatMap((app) =>
      problemsOfApp(loaded, app).map((message) => ({ rule: 'app', file: app.path, message })),
    ),
    ...filesOf(loaded, 'tab').flatMap((tab) =>
      problemsOfTab(loaded, tab).map((message) => ({ rule: 'tab', file: tab.path, message })),
    ),
  ];
}

function problemsOfApp(loaded: MetadataPackage, { root }: MetadataFile): string[] {
  const tabs = childrenNamed(root, 'tabs').map(({ text }) => text);
  const own = filesOf(loaded, 'tab').map(({ fullName }) => fullName);
  return [
    ...tabs
      .filter((name) => !STANDARD_TABS.includes(name) && !own.includes(name))
      .map((name) => `there is no tab ${name}`),
    ...repeated(tabs).map((name) => `the tab ${name} is there twice`),
    ...['label', 'navType', 'uiType', 'formFactors']
      .filter((element) => textOf(root, element) === undefined)
      .map((element) => `a Lightning app needs <${element}>`),
  ];
}

/**
 * A tab names its component without a prefix, as in
 * https://github.com/sfToolboxApps/LibraryFileManager/blob/f6c4dfb10e28c609dd650c276b97f255c873c1fd/force-app/main/default/tabs/Getting_Started.tab-meta.xml
 */
function problemsOfTab(loaded: MetadataPackage, { root }: MetadataFile): string[] {
  const contents = TAB_CONTENTS.filter((element) => child(root, element) !== undefined);
  if (contents.length !== 1) return [`a tab shows one thing, not ${contents.length}`];
  const motif = textOf(root, 'motif') ?? '';
  return [
    ...(MOTIF.test(motif) ? [] : [`"${motif}" is no motif, such as Custom53: Bell`]),
    ...(textOf(root, 'label') === undefined ? ['it has no label'] : []),
    ...problemOfComponent(loaded, root),
  ];
}

/** https://developer.salesforce.com/docs/platform/lwc/guide/use-config-custom-tab.html */
function problemOfComponent(loaded: MetadataPackage, root: XmlElement): string[] {
  const name = textOf(root, 'lwcComponent');
  if (name === undefined) return [];
  const component = filesOf(loaded, 'js').find(({ fullName }) => fullName === name)?.root;
  if (component === undefined) return [`there is no component ${name}`];
  const targets = childrenNamed(child(component, 'targets'), 'target').map(({ text }) => text);
  return targets.includes(TAB_TARGET) && textOf(component, 'isExposed') === 'true'
    ? []
    : [`${name} is not exposed for ${TAB_TARGET}`];
}
