/** Joins the parts: what is known of this window, and what follows when it changes. */

import { constants, accessSync, mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { type LanguageClientOptions, RevealOutputChannelOn } from "vscode-languageclient/node";
import { explain, showHole, showMenu } from "./commands";
import { type Counts, NOTHING, type Tally, inWords, tallyOf } from "./counters";
import { createDocuments } from "./documents";
import { installWithProgress } from "./installing";
import { onInterpreterChange, selectedInterpreter } from "./interpreter";
import { type Location, locate } from "./locate";
import { pickModel } from "./models";
import { documentSelector } from "./selector";
import { createServer } from "./server";
import { type Circumstances, RESTARTING, type Values, laterOptions, mayAsk, startOptions } from "./settings";
import { type Situation, labelOf, shownFor } from "./status";
import { createStatusBar } from "./statusBar";
import { createSuggestions } from "./suggestions";

const WINDOWS = process.platform === "win32";
const COUNTS = "holegram.counts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const home = context.globalStorageUri.fsPath;
  const environment = path.join(home, "server");
  mkdirSync(home, { recursive: true });

  const log = vscode.window.createOutputChannel("Holegram", { log: true });
  const documents = createDocuments();
  const statusBar = createStatusBar();
  let now: Situation = {
    life: { state: "starting" },
    model: undefined,
    trusted: vscode.workspace.isTrusted,
    paused: false,
    thinking: false,
  };
  let tally = tallyOf({ ...NOTHING, ...context.globalState.get<Counts>(COUNTS) });
  let installed = true;

  function learn(news: Partial<Situation>): void {
    now = { ...now, ...news };
    statusBar.show(now);
  }

  function count(step: (tally: Tally) => Tally): void {
    const before = tally.counts;
    tally = step(tally);
    if (tally.counts !== before) {
      void context.globalState.update(COUNTS, tally.counts);
    }
  }

  const suggestions = createSuggestions({
    wanted: () => now.trusted && !now.paused,
    thinking: (does) => {
      learn({ thinking: does });
    },
    count,
  });

  const server = createServer({
    find: async () => {
      const location = await find(environment);
      installed = !("problem" in location);
      return location;
    },
    options: () => clientOptions(() => now, log, suggestions.middleware),
    home,
    log,
    lives: (life) => {
      learn({ life, thinking: false, ...(life.state === "running" ? {} : { model: undefined }) });
    },
    says: (model) => {
      learn({ model });
    },
    missing: () => void offerInstallation(),
  });

  /** Lets the server ask for the settings again. */
  function tellSettings(): void {
    void server.client()?.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  async function installServer(): Promise<void> {
    const source = vscode.workspace.getConfiguration("holegram").get<string>("server.source", "") || "holegram";
    const interpreter = now.trusted ? await selectedInterpreter() : undefined;
    await server.stop();
    await installWithProgress({ environment, home, source, interpreter, windows: WINDOWS, log });
    await server.restart();
  }

  const asking = { client: () => server.client(), documents, trusted: () => now.trusted };
  const commands: Record<string, () => unknown> = {
    showMenu: () => showMenu(labelOf(shownFor(now)), now.paused, installed),
    togglePause: () => {
      learn({ paused: !now.paused, thinking: false });
      tellSettings();
    },
    pickModel,
    explain: () => explain(asking),
    showHole: () => showHole(asking),
    showLog: () => {
      log.show();
    },
    restart: () => server.restart(),
    installServer,
    showCounters: async () => {
      const chosen = await vscode.window.showInformationMessage(
        `Holegram: ${inWords(tally.counts)}. Counted on this machine, and sent nowhere.`,
        "Reset",
      );
      if (chosen === "Reset") {
        count((old) => ({ ...old, counts: NOTHING }));
      }
    },
  };

  context.subscriptions.push(
    log,
    documents,
    statusBar,
    suggestions,
    server,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`holegram.${name}`, run)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      learn({ trusted: true });
      void server.restart();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((section) => event.affectsConfiguration(section))) {
        void server.restart();
      }
    }),
  );
  statusBar.show(now);
  void onInterpreterChange(() => void server.restart()).then((watching) => context.subscriptions.push(watching));
  await server.restart();
}

/** The client ends when the editor disposes of what was subscribed; the server then ends by itself. */
export function deactivate(): void {
  return;
}

async function find(environment: string): Promise<Location> {
  const trusted = vscode.workspace.isTrusted;
  return locate(
    {
      setting: vscode.workspace.getConfiguration("holegram").get<string>("server.path", ""),
      interpreter: trusted ? await selectedInterpreter() : undefined,
      folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted,
      searched: process.env.PATH ?? "",
      own: environment,
      home: homedir(),
      windows: WINDOWS,
    },
    runs,
  );
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function clientOptions(
  now: () => Circumstances,
  outputChannel: vscode.LogOutputChannel,
  middleware: NonNullable<LanguageClientOptions["middleware"]>,
): LanguageClientOptions {
  const values = (): Values => vscode.workspace.getConfiguration().get<Values>("holegram", {});
  return {
    documentSelector: documentSelector(),
    outputChannel,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => startOptions(values(), now()),
    initializationFailedHandler: () => false,
    diagnosticPullOptions: { onChange: true, onSave: true },
    middleware: {
      ...middleware,
      sendRequest: async <P, R>(
        type: string | { readonly method: string },
        params: P | undefined,
        token: vscode.CancellationToken | undefined,
        next: (type: never, params?: P, token?: vscode.CancellationToken) => Promise<R>,
      ): Promise<R> => {
        const method = typeof type === "string" ? type : type.method;
        return mayAsk(method, now().trusted) ? next(type as never, params, token) : (null as R);
      },
      workspace: {
        configuration: (params) => params.items.map(() => laterOptions(values(), now())),
      },
    },
  };
}

async function offerInstallation(): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(
    "Holegram needs its server, a Python package, and has found none. Install it for this extension alone?",
    "Install",
    "Set Path",
    "Not Now",
  );
  if (chosen === "Install") {
    await vscode.commands.executeCommand("holegram.installServer");
  } else if (chosen === "Set Path") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "holegram.server.path");
  }
}
