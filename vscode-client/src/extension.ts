/** Joins the parts: what is known of this window, and what follows when it changes. */

import { mkdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { clientOptions } from "./client";
import { explain, showHole, showMenu } from "./commands";
import { type Counts, NOTHING, type Tally, inWords, tallyOf } from "./counters";
import { createDocuments } from "./documents";
import { findServer } from "./finding";
import { installWithProgress, offerInstallation } from "./installing";
import { onInterpreterChange, selectedInterpreter } from "./interpreter";
import { pickModel } from "./models";
import { LANGUAGES } from "./selector";
import { type Server, createServer } from "./server";
import { RESTARTING } from "./settings";
import { type Situation, labelOf, shownFor } from "./status";
import { createStatusBar } from "./statusBar";
import { createSuggestions } from "./suggestions";

const COUNTS = "holegram.counts";

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  server = join(context);
  startWhenConcerned(server, context);
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** Starts the server as soon as there is a document in a language that it knows, or a bundle of the user's own. */
function startWhenConcerned(started: Server, context: vscode.ExtensionContext): void {
  if (concerned()) {
    void started.restart();
    return;
  }
  const waiting = vscode.workspace.onDidOpenTextDocument(() => {
    if (concerned()) {
      waiting.dispose();
      void started.restart();
    }
  });
  context.subscriptions.push(waiting);
}

function concerned(): boolean {
  const bundles = vscode.workspace.getConfiguration("holegram").get<string[]>("bundles", []);
  const open = vscode.workspace.textDocuments;
  return bundles.length > 0 || open.some((document) => LANGUAGES.includes(document.languageId));
}

function join(context: vscode.ExtensionContext): Server {
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
    if (tally.counts.accepted > before.accepted) {
      tellEditor("accepted", true);
    }
  }

  const suggestions = createSuggestions({
    wanted: () => now.trusted && !now.paused,
    thinking: (does) => {
      learn({ thinking: does });
    },
    count,
  });

  const running = createServer({
    find: async () => {
      const location = await findServer(environment);
      installed = !("problem" in location && !location.set);
      return location;
    },
    options: (command) => clientOptions({ command, home, log, now: () => now, middleware: suggestions.middleware }),
    home,
    log,
    lives: (life) => {
      learn({ life, thinking: false, ...(life.state === "running" ? {} : { model: undefined }) });
      tellEditor("running", life.state === "running");
    },
    says: (model) => {
      learn({ model });
    },
    missing: (location) => void offerInstallation(location),
  });

  function togglePause(): void {
    learn({ paused: !now.paused, thinking: false });
    // The server then asks for the settings, and is told that nothing is to be suggested.
    void running.client()?.sendNotification("workspace/didChangeConfiguration", { settings: null });
  }

  async function installServer(): Promise<void> {
    const interpreter = now.trusted ? await selectedInterpreter() : undefined;
    await running.stop();
    await installWithProgress({ environment, home, interpreter, log });
    await running.restart();
  }

  async function showCounters(): Promise<void> {
    const words = `Holegram: ${inWords(tally.counts)}. Counted on this machine, and sent nowhere.`;
    if ((await vscode.window.showInformationMessage(words, "Reset")) === "Reset") {
      count((old) => ({ ...old, counts: NOTHING }));
    }
  }

  const asking = { client: () => running.client(), documents, silence: () => silenceIn(now) };
  const commands: Record<string, () => unknown> = {
    showMenu: () => showMenu(labelOf(shownFor(now)), now.paused, installed),
    togglePause,
    pickModel,
    explain: () => explain(asking),
    showHole: () => showHole(asking),
    showLog: () => {
      log.show();
    },
    restart: () => running.restart(),
    installServer,
    showCounters,
  };

  context.subscriptions.push(
    log,
    documents,
    statusBar,
    suggestions,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`holegram.${name}`, run)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      learn({ trusted: true });
      running.restartSoon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((section) => event.affectsConfiguration(section))) {
        running.restartSoon();
      }
    }),
  );
  void onInterpreterChange(() => {
    running.restartSoon();
  }).then((watching) => context.subscriptions.push(watching));
  return running;
}

function silenceIn(now: Situation): string | undefined {
  if (!now.trusted) {
    return "the workspace is not trusted, so that nothing is suggested.";
  }
  return now.paused ? "suggestions are paused in this window." : undefined;
}

/** For the walkthrough, whose steps are done when something is so. */
function tellEditor(what: string, isSo: boolean): void {
  void vscode.commands.executeCommand("setContext", `holegram.${what}`, isSo);
}
