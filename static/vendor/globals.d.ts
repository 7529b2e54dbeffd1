// What the vendored scripts leave on the page, for the type checker (jsconfig.json); browsers do not read this.
declare const htmx: any;
declare const tus: any;
