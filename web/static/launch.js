// Goes on to the health application as soon as the page is there; without a script the button does it.
document.getElementById("passaggio").requestSubmit();
