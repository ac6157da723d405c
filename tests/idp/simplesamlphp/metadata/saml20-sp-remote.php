<?php

require_once __DIR__ . '/../settings.php';

$metadata['urn:amazon:webservices'] = [
    'AssertionConsumerService' => 'https://signin.aws.amazon.com/saml',
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'simplesaml.nameidattribute' => 'uid',
    'simplesaml.attributes' => true,
    'saml20.sign.assertion' => settings()['signed'],
    'saml20.sign.response' => settings()['signed'],
    'assertion.encryption' => settings()['encrypted'],
    // AWS has no key of its own: the administrator makes one for the provider. Here it is the
    // identity provider's.
    'certificate' => 'idp.crt',
];
