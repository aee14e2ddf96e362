/** What shows what the server says: virtual documents of the scheme `holegram`, and a page to read. */

import * as vscode from "vscode";

export interface Documents {
  /** Shows a text beside the editor; one that was shown under the same name is replaced. */
  show(name: string, text: string): Promise<void>;
  /** Shows Markdown beside the editor as a page to read; there is one at a time. */
  showPage(title: string, markdown: string): Promise<void>;
  dispose(): void;
}

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let page: vscode.WebviewPanel | undefined;
  const provider = vscode.workspace.registerTextDocumentContentProvider("holegram", {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path),
  });
  return {
    async show(name, text) {
      const uri = vscode.Uri.from({ scheme: "holegram", path: name });
      texts.set(name, text);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: true,
      });
    },
    async showPage(title, markdown) {
      const body = await vscode.commands.executeCommand<string>("markdown.api.render", markdown);
      if (page === undefined) {
        const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
        page = vscode.window.createWebviewPanel("holegram.page", title, place);
        page.onDidDispose(() => (page = undefined));
      } else {
        page.reveal(undefined, true);
      }
      page.webview.html = html(body);
    },
    dispose() {
      provider.dispose();
      page?.dispose();
      changed.dispose();
    },
  };
}

/** A page in the editor's own colours; it may run nothing and load nothing. */
function html(body: string): string {
  return `<!DOCTYPE html>
<html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { line-height: 1.5; padding: 0 1.5em 1.5em; }
h1 { font-size: 1.4em; } h2 { font-size: 1.1em; margin-top: 1.5em; }
ul { padding-left: 1.2em; } summary { cursor: pointer; margin-top: 1.5em; }
pre { background: var(--vscode-textCodeBlock-background); padding: 0.7em; white-space: pre-wrap; }
table { border-collapse: collapse; } th { text-align: left; } td, th { padding: 0.2em 1.5em 0.2em 0; }
</style></head><body>${body}</body></html>`;
}
