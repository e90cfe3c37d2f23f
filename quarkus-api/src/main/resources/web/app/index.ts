import './app.css';
import './flipside-app';
