// Asked of a login page that nobody sees, once it has come to rest. Its promise is kept when a field
// that only a person can fill in has been in sight for a second without a pause. A script that logs
// in by itself shows none, or takes it away; where the page goes on, the promise goes with it.
(async () => {
    const TYPED = ["password", "text", "email", "tel", "number"];
    const LOOKS = 5;
    const PAUSE = 200; // milliseconds

    const inSight = (field) => {
        const box = field.getBoundingClientRect();
        return (
            box.width > 1 && box.height > 1 && box.right > 0 && box.bottom > 0 &&
            field.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        );
    };
    // Some providers keep a password field ready for the browser's password store, out of sight, and
    // a field that is filled in already may be sent by a script. A search is no login.
    const asks = (field) =>
        TYPED.includes(field.type) &&
        field.value === "" &&
        !field.disabled &&
        !field.readOnly &&
        field.tabIndex >= 0 &&
        !field.closest("[aria-hidden=true], [inert], [role=search]") &&
        !["searchbox", "combobox"].includes(field.role) &&
        inSight(field);

    for (let seen = 0; seen <= LOOKS; ) {
        seen = [...document.querySelectorAll("input")].some(asks) ? seen + 1 : 0;
        await new Promise((resume) => setTimeout(resume, PAUSE));
    }
    return true;
})()
