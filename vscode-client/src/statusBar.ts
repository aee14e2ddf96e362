/** The item of the status bar. */

import * as vscode from "vscode";
import { labelOf, shownFor, type Situation } from "./status";

export interface StatusBar {
  show(now: Situation): void;
  dispose(): void;
}

/** The item, which is not seen before something is shown. */
export function createStatusBar(): StatusBar {
  const item = vscode.window.createStatusBarItem("holegram.status", vscode.StatusBarAlignment.Right, 100);
  item.name = "Holegram";
  item.command = "holegram.showMenu";
  return {
    show(now) {
      const shown = shownFor(now);
      const label = labelOf(shown);
      item.text = [`$(${shown.icon}) Holegram`, ...(shown.beside === undefined ? [] : [shown.beside])].join(" ");
      item.tooltip = `${label}\n${shown.detail}`;
      item.accessibilityInformation = { label, role: "button" };
      item.backgroundColor =
        shown.severity === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
      item.show();
    },
    dispose() {
      item.dispose();
    },
  };
}
