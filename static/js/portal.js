// Everything a page does beyond HTML, one small module per habit. Each binds by data- attributes and by delegation,
// so that parts swapped in by htmx work without being bound again. No framework, no inline code (strict CSP).
import "./requests.js";
import "./dialogs.js";
import "./confirm.js";
import "./menus.js";
import "./messages.js";
import "./forms.js";
import "./drafts.js";
import "./money.js";
import "./files.js";
import "./session.js";
import "./countdown.js";
