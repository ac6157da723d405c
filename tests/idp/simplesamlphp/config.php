<?php

// SimpleSAMLphp for tests. What differs from one instance to the next is in the folder that
// tests/support/idp.rs makes: settings.json, which is read for every request, and the keys.

require_once __DIR__ . '/settings.php';

$folder = getenv('IDP_FOLDER') . '/';

$config = [
    'baseurlpath' => 'simplesaml/', // at the host and port that the browser asked
    'certdir' => $folder,
    'datadir' => $folder,
    'tempdir' => $folder,
    'loggingdir' => $folder,
    'metadatadir' => __DIR__ . '/metadata/',
    'secretsalt' => 'of no use to anybody',
    'auth.adminpassword' => 'of no use to anybody',
    'technicalcontact_email' => 'na@example.org',
    'timezone' => 'UTC',
    'logging.handler' => 'file',
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'store.type' => 'phpsession',
    'session.phpsession.savepath' => $folder,
    // A browser sends no Secure cookie over http, and SameSite=None must be Secure.
    'session.cookie.secure' => false,
    // 0: for as long as the browser is open, which is what most providers do.
    'session.cookie.lifetime' => settings()['cookie_lifetime'],
    'session.cookie.samesite' => null,
    'language.cookie.secure' => false,
    'language.cookie.samesite' => null,
];
