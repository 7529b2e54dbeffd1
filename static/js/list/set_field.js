// @ts-check
// The dialog that sets a field of all selected products. It is only there for those who may write.
import { find } from "../dom.js";

const dialog = find("#set-dialog");
const field = find("#set-field");
const key = find("#set-key");
const value = find("#set-value");
const clear = find("[data-set-clear]");

/** An attribute needs its name. */
function showKey() {
  const isAttribute = field.value === "attribute";
  find("[data-set-key]").hidden = !isAttribute;
  key.disabled = !isAttribute;
  key.required = isAttribute;
}
/** A field that is cleared takes no value; one that is not needs one. */
function showValue() {
  value.disabled = clear.checked;
  value.required = !clear.checked;
}
field?.addEventListener("change", showKey);
clear?.addEventListener("change", showValue);
dialog?.addEventListener("opened", () => {
  find("[data-set]").disabled = false;
  showKey();
  showValue();
  field.focus();
});
dialog?.addEventListener("close", () => { find("[data-set]").disabled = true; });
