<?php

// PHP appends this to every page. To the login form it adds somebody who fills it in, where the
// test wants that: in the browser and through the form's own fields, as a person would.

require_once __DIR__ . '/settings.php';

$person = settings()['person'];

if ($person !== null && str_ends_with($_SERVER['SCRIPT_NAME'], '/module.php')
    && str_starts_with($_SERVER['PATH_INFO'] ?? '', '/core/loginuserpass')) {
    // The form comes back in the answer to a wrong password.
    $first = $_SERVER['REQUEST_METHOD'] === 'GET';
    $password = $first && settings()['wrong_first'] ? 'a wrong one' : settings()['password'];
    $typed = json_encode([$person, $password]);
    echo "<script>
        const [name, password] = $typed;
        document.getElementById('username').value = name;
        document.getElementById('password').value = password;
        document.forms.f.requestSubmit();
    </script>";
}
