/** What the client of a server is made with: which documents, which settings, and what is let through. */

import * as vscode from "vscode";
import { type LanguageClientOptions, type Middleware, RevealOutputChannelOn } from "vscode-languageclient/node";
import { output } from "./processes";
import { type Known, type Manifest, dependentLanguages, documentSelector } from "./selector";
import { type Circumstances, type Values, laterOptions, mayAsk, startOptions } from "./settings";

export interface Making {
  /** The server. */
  readonly command: string;
  /** A folder to run it in that holds no code. */
  readonly home: string;
  readonly log: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  now(): Circumstances;
}

export async function clientOptions(making: Making): Promise<LanguageClientOptions> {
  return {
    documentSelector: documentSelector(await othersKnown(making), dependentOnOurs()),
    outputChannel: making.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => startOptions(values(), making.now()),
    initializationFailedHandler: () => false,
    diagnosticPullOptions: { onChange: true, onSave: true },
    middleware: {
      ...making.middleware,
      sendRequest: (type, params, token, next) => {
        const method = typeof type === "string" ? type : type.method;
        return mayAsk(method, making.now().trusted) ? next(type, params, token) : nothing();
      },
      workspace: {
        configuration: (params) => params.items.map(() => laterOptions(values(), making.now())),
      },
    },
  };
}

/** The languages that installed extensions bring for this one. */
export function dependentOnOurs(): string[] {
  return dependentLanguages(vscode.extensions.all.map(({ packageJSON }) => packageJSON as Manifest));
}

function values(): Values {
  return vscode.workspace.getConfiguration().get<Values>("holegram", {});
}

/** The answer to what is not asked: null, which stands for "nothing" in each method that may be refused. */
function nothing<R>(): Promise<R> {
  return Promise.resolve(null as R);
}

/** The languages of the user's own bundles, from the server, where there are such bundles. */
async function othersKnown(making: Making): Promise<readonly Known[]> {
  const bundles = vscode.workspace.getConfiguration("holegram").get<string[]>("bundles", []);
  if (bundles.length === 0) {
    return [];
  }
  const args = [...bundles.flatMap((bundle) => ["--bundles", bundle]), "languages", "--json"];
  try {
    return JSON.parse(await output({ command: making.command, args, cwd: making.home })) as Known[];
  } catch (error) {
    making.log.warn(`the languages of holegram.bundles: ${String(error)}`);
    return [];
  }
}
