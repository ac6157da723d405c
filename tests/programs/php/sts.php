<?php
require 'AsyncAws/Core/autoload.php';

$sts = new AsyncAws\Core\Sts\StsClient(['endpoint' => 'http://127.0.0.1', 'region' => 'us-east-1']);
echo $sts->getCallerIdentity()->getArn(), "\n";
