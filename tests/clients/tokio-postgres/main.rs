// Scenarios for tokio-postgres. Prints one line each: NAME ok, or NAME and what went wrong.
use std::{env, error::Error, future::Future, time::Duration, time::SystemTime};

use futures_util::{SinkExt, StreamExt, TryStreamExt, pin_mut};
use tokio_postgres::{Client, Config, NoTls, error::SqlState, types::Type};

type Outcome = Result<(), Box<dyn Error>>;

const LONG: &str = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3";

async fn values(client: Client) -> Outcome {
    let when = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_210_096);
    let row = client
        .query_one(
            "SELECT $1::int, $2::bigint, $3::text, $4::bytea, $5::boolean, $6::timestamptz, $7::float8, $8::int[], $9::text",
            &[&7i32, &i64::MAX, &"ün🦆", &&[0u8, 255][..], &true, &when, &0.1f64, &vec![Some(1i32), None], &None::<&str>],
        )
        .await?;
    assert_eq!((row.get::<_, i32>(0), row.get::<_, i64>(1), row.get::<_, &str>(2)), (7, i64::MAX, "ün🦆"));
    assert_eq!((row.get::<_, &[u8]>(3), row.get::<_, bool>(4), row.get::<_, SystemTime>(5)), (&[0u8, 255][..], true, when));
    assert_eq!((row.get::<_, f64>(6), row.get::<_, Vec<Option<i32>>>(7)), (0.1, vec![Some(1), None]));
    assert_eq!(row.get::<_, Option<&str>>(8), None);
    Ok(())
}

async fn prepared(client: Client) -> Outcome {
    let statement = client.prepare("SELECT $1::int + $2").await?;
    assert_eq!(statement.params(), &[Type::INT4, Type::INT4]);
    for i in 0..5i32 {
        assert_eq!(client.query_one(&statement, &[&i, &1i32]).await?.get::<_, i32>(0), i + 1);
    }
    Ok(())
}

async fn pipelined(client: Client) -> Outcome {
    let statement = client.prepare("SELECT $1::int * 2").await?;
    let numbers: Vec<i32> = (0..100).collect();
    let answers = futures_util::future::try_join_all(numbers.iter().map(|n| {
        let (client, statement) = (&client, &statement);
        async move { client.query_one(statement, &[n]).await.map(|row| row.get::<_, i32>(0)) }
    }))
    .await?;
    assert_eq!(answers, numbers.iter().map(|n| n * 2).collect::<Vec<_>>());
    Ok(())
}

async fn transactions(mut client: Client) -> Outcome {
    client.batch_execute("CREATE TEMP TABLE counted (a int)").await?;
    let transaction = client.transaction().await?;
    transaction.execute("INSERT INTO counted VALUES ($1)", &[&1i32]).await?;
    transaction.rollback().await?;
    let transaction = client.transaction().await?;
    assert_eq!(transaction.execute("INSERT INTO counted VALUES ($1), ($2)", &[&2i32, &3i32]).await?, 2);
    transaction.commit().await?;
    assert_eq!(client.query_one("SELECT sum(a)::bigint FROM counted", &[]).await?.get::<_, i64>(0), 5);
    Ok(())
}

async fn portals(mut client: Client) -> Outcome {
    let transaction = client.transaction().await?;
    let portal = transaction.bind("SELECT i FROM range(250) r(i)", &[]).await?;
    let mut sizes = vec![];
    for _ in 0..4 {
        sizes.push(transaction.query_portal(&portal, 100).await?.len());
    }
    assert_eq!(sizes, [100, 100, 50, 0]);
    Ok(())
}

async fn failures(client: Client) -> Outcome {
    let failure = client.query("SELECT * FROM no_such_table", &[]).await.unwrap_err();
    assert_eq!(failure.code(), Some(&SqlState::UNDEFINED_TABLE));
    client.query_one("SELECT 1", &[]).await?;
    Ok(())
}

async fn copying(client: Client) -> Outcome {
    client.batch_execute("CREATE TEMP TABLE copied (a int, b text)").await?;
    let sink = client.copy_in::<_, &[u8]>("COPY copied FROM STDIN").await?;
    pin_mut!(sink);
    sink.send(&b"1\tone\n2\t"[..]).await?;
    sink.send(&b"\\N\n"[..]).await?;
    assert_eq!(sink.finish().await?, 2);
    let parts: Vec<_> = client.copy_out("COPY copied TO STDOUT (FORMAT csv)").await?.boxed().try_collect().await?;
    assert_eq!(parts.concat(), b"1,one\n2,\n");
    Ok(())
}

async fn cancelling(client: Client) -> Outcome {
    let token = client.cancel_token();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        token.cancel_query(NoTls).await
    });
    let failure = client.query(LONG, &[]).await.unwrap_err();
    assert_eq!(failure.code(), Some(&SqlState::QUERY_CANCELED));
    Ok(())
}

async fn attempt<F: Future<Output = Outcome> + Send + 'static>(name: &str, scenario: fn(Client) -> F) {
    let outcome = tokio::spawn(async move {
        let variable = |name| env::var(name).unwrap_or_default();
        let mut config = Config::new();
        config.host(variable("PGHOST")).user(variable("PGUSER")).dbname(variable("PGDATABASE"));
        config.port(variable("PGPORT").parse().unwrap()).password(variable("PGPASSWORD"));
        let (client, connection) = config.connect(NoTls).await.map_err(|e| e.to_string())?;
        tokio::spawn(connection);
        scenario(client).await.map_err(|e| e.to_string())
    })
    .await;
    let said = match outcome {
        Ok(Ok(())) => "ok".to_string(),
        Ok(Err(failure)) => failure,
        Err(panic) => panic.to_string(),
    };
    println!("{name} {}", said.replace('\n', " "));
}

#[tokio::main]
async fn main() {
    attempt("values", values).await;
    attempt("prepared", prepared).await;
    attempt("pipelined", pipelined).await;
    attempt("transactions", transactions).await;
    attempt("portals", portals).await;
    attempt("failures", failures).await;
    attempt("copying", copying).await;
    attempt("cancelling", cancelling).await;
}
