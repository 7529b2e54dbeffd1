// @ts-check
// The dialog that sets a field of all selected products. It is only there for those who may write.
import { find } from "../dom.js";

const dialog = find("#set-dialog");
const field = find("#set-field");
const key = find("#set-key");

/** An attribute needs its name. */
function showKey() {
  const isAttribute = field.value === "attribute";
  find("[data-set-key]").hidden = !isAttribute;
  key.disabled = !isAttribute;
  key.required = isAttribute;
}
field?.addEventListener("change", showKey);
dialog?.addEventListener("opened", () => {
  find("[data-set]").disabled = false;
  showKey();
  field.focus();
});
dialog?.addEventListener("close", () => { find("[data-set]").disabled = true; });
