import io.trino.server.Server;

/** The entry point of Trino's server: Maven Central has the server as a library. */
public class Start {
    public static void main(String[] versions) {
        new Server().start(versions[0]);
    }
}
