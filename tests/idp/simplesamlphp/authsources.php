<?php

require_once __DIR__ . '/settings.php';

$attributes = 'https://aws.amazon.com/SAML/Attributes/';

// One user, with the attributes that AWS reads.
$config = [
    'people' => [
        'exampleauth:UserPass',
        'alice:' . settings()['password'] => [
            'uid' => ['alice'],
            $attributes . 'Role' => settings()['roles'],
            $attributes . 'RoleSessionName' => ['alice'],
            $attributes . 'SessionDuration' => [settings()['session_duration']],
        ],
    ],
];
